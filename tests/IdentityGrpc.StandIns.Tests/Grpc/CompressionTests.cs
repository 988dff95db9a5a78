using System.IO.Compression;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Compression;
using IdentityGrpc.StandIns.Tests.Probes;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>Compression is right, and does shorten what travels.</summary>
public sealed class CompressionTests
{
    private const int Size = 1_000_000;
    private const int Short = Size / 10;

    private readonly ByteCounts _counts = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Probe Compressible => new() { Payload = ByteString.CopyFrom(new byte[Size]) };

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Response_Compressed_IsShortAndWhole(string encoding)
    {
        await using var host = await ProbeHost.StartAsync(
            new ProbeHandlers { OnUnary = (_, _) => Task.FromResult(Compressible) }, UseEncoding(encoding));

        var answer = await Client(host).UnaryAsync(new Probe(), cancellationToken: Cancel);

        Assert.Equal(Compressible, answer);
        Assert.InRange(_counts.Received, 1, Short);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Request_Compressed_IsShortAndWhole(string encoding)
    {
        Probe? seen = null;
        string? seenEncoding = null;
        await using var host = await ProbeHost.StartAsync(
            new ProbeHandlers
            {
                OnUnary = (request, context) =>
                {
                    seen = request;
                    seenEncoding = context.GetHttpContext().Request.Headers["grpc-encoding"];
                    return Task.FromResult(new Probe());
                },
            },
            options => AddProviders(options.CompressionProviders));

        await Client(host).UnaryAsync(
            Compressible, new Metadata { { "grpc-internal-encoding-request", encoding } }, cancellationToken: Cancel);

        Assert.Equal(Compressible, seen);
        Assert.Equal(encoding, seenEncoding);
        Assert.InRange(_counts.Sent, 1, Short);
    }

    [Fact]
    public async Task Stream_Compressed_EveryMessageIsWhole()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo, UseEncoding("gzip"));
        using var call = Client(host).DuplexStreaming(
            new Metadata { { "grpc-internal-encoding-request", "gzip" } }, cancellationToken: Cancel);
        for (var i = 0; i < 20; i++)
        {
            var sent = Compressible;
            sent.Number = i;
            await call.RequestStream.WriteAsync(sent, Cancel);
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
            Assert.Equal(sent, call.ResponseStream.Current);
        }

        Assert.InRange(_counts.Sent, 1, 20 * Short);
        Assert.InRange(_counts.Received, 1, 20 * Short);
    }

    [Fact]
    public async Task Response_WithNoCompress_TravelsAsItIs()
    {
        await using var host = await ProbeHost.StartAsync(
            new ProbeHandlers
            {
                OnUnary = (_, context) =>
                {
                    context.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
                    return Task.FromResult(Compressible);
                },
            },
            UseEncoding("gzip"));

        var answer = await Client(host).UnaryAsync(new Probe(), cancellationToken: Cancel);

        Assert.Equal(Compressible, answer);
        Assert.True(_counts.Received >= Size);
    }

    [Fact]
    public async Task Request_InAnEncodingTheServerLacks_IsUnimplemented()
    {
        await using var host = await ProbeHost.StartAsync(ProbeHandlers.Echo);
        var client = host.Client(options => options.CompressionProviders = [new RenamedGzip("exotic")]);

        var error = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(
            Compressible, new Metadata { { "grpc-internal-encoding-request", "exotic" } }, cancellationToken: Cancel)
            .ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void Providers_EveryLevel_ReadWhatTheyWrote(CompressionLevel level)
    {
        byte[] plain = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i * i))];
        foreach (var provider in Providers())
        {
            using var compressed = new MemoryStream();
            using (var writer = provider.CreateCompressionStream(compressed, level))
            {
                writer.Write(plain);
            }

            compressed.Position = 0; // and still open
            using var result = new MemoryStream();
            using var reader = provider.CreateDecompressionStream(compressed);
            reader.CopyTo(result);

            Assert.Equal(plain, result.ToArray());
        }
    }

    private static Action<GrpcServiceOptions> UseEncoding(string encoding) => options =>
    {
        AddProviders(options.CompressionProviders);
        options.ResponseCompressionAlgorithm = encoding;
        options.ResponseCompressionLevel = CompressionLevel.Fastest;
    };

    private static IEnumerable<ICompressionProvider> Providers() =>
        [new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest)];

    private static void AddProviders(IList<ICompressionProvider> to)
    {
        foreach (var provider in Providers())
        {
            to.Add(provider);
        }
    }

    private ProbeService.ProbeServiceClient Client(ProbeHost host) => host.Client(options =>
    {
        options.CompressionProviders = [.. Providers()];
        options.HttpHandler = new SocketsHttpHandler
        {
            PlaintextStreamFilter = (context, _) => new(new CountingStream(context.PlaintextStream, _counts)),
        };
    });

    private sealed class RenamedGzip(string name) : ICompressionProvider
    {
        private readonly GzipCompressionProvider _gzip = new(CompressionLevel.Fastest);

        public string EncodingName => name;

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
            _gzip.CreateCompressionStream(stream, compressionLevel);

        public Stream CreateDecompressionStream(Stream stream) => _gzip.CreateDecompressionStream(stream);
    }
}
