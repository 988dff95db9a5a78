using Grpc.Core;
using IdentityGrpc.StandIns.Tests.Probes;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>Text and binary metadata in all three places: request headers, response headers, trailers.</summary>
public sealed class MetadataTests
{
    private static readonly byte[] s_allBytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RequestHeaders_TextAndBinary_ReachTheServer()
    {
        Metadata? seen = null;
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnUnary = (request, context) =>
            {
                seen = context.RequestHeaders;
                return Task.FromResult(request);
            },
        });

        await host.Client().UnaryAsync(new Probe(), Filled(), cancellationToken: Cancel);

        AssertFilled(seen!);
    }

    [Fact]
    public async Task ResponseHeaders_TextAndBinary_ReachTheClient()
    {
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnUnary = async (request, context) =>
            {
                await context.WriteResponseHeadersAsync(Filled());
                return request;
            },
        });
        using var call = host.Client().UnaryAsync(new Probe(), cancellationToken: Cancel);

        AssertFilled(await call.ResponseHeadersAsync);
        await call;
    }

    [Fact]
    public async Task Trailers_TextAndBinary_ReachTheClient()
    {
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnUnary = (request, context) =>
            {
                foreach (var entry in Filled())
                {
                    context.ResponseTrailers.Add(entry);
                }

                return Task.FromResult(request);
            },
        });
        using var call = host.Client().UnaryAsync(new Probe(), cancellationToken: Cancel);
        await call;

        AssertFilled(call.GetTrailers());
    }

    [Fact]
    public async Task Trailers_OfAStream_ReachTheClientAfterItsEnd()
    {
        await using var host = await ProbeHost.StartAsync(new ProbeHandlers
        {
            OnServerStreaming = async (_, responses, context) =>
            {
                await responses.WriteAsync(new Probe(), context.CancellationToken);
                context.ResponseTrailers.Add("late", "yes");
            },
        });
        using var call = host.Client().ServerStreaming(new Probe(), cancellationToken: Cancel);

        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());
        Assert.False(await call.ResponseStream.MoveNext(Cancel));
        Assert.Equal("yes", call.GetTrailers().GetValue("late"));
    }

    [Fact]
    public void Get_KeyInAnyCase_FindsTheLast()
    {
        var metadata = new Metadata { { "Key", "1" }, { "KEY", "2" }, { "other", "3" } };

        Assert.Equal("2", metadata.GetValue("kEy"));
        Assert.Equal(["1", "2"], metadata.GetAll("key").Select(entry => entry.Value));
        Assert.Equal("key", metadata[0].Key);
        Assert.Null(metadata.Get("absent"));
        Assert.Null(metadata.GetValue("absent"));
        Assert.Null(metadata.GetValueBytes("absent"));
    }

    [Fact]
    public void List_Changes_KeepOrder()
    {
        var metadata = new Metadata { { "a", "1" }, { "c", "3" } };
        var inserted = new Metadata.Entry("b", "2");

        metadata.Insert(1, inserted);
        metadata.RemoveAt(0);
        metadata[1] = new Metadata.Entry("d", "4");

        Assert.Equal(["b", "d"], metadata.Select(entry => entry.Key));
        Assert.Equal(0, metadata.IndexOf(inserted));
        Assert.True(metadata.Remove(inserted));
        Assert.DoesNotContain(inserted, metadata);
        metadata.Clear();
        Assert.Empty(metadata);
    }

    [Theory]
    [InlineData("key with space")]
    [InlineData("key:colon")]
    [InlineData("ключ")]
    public void Entry_KeyWithAForbiddenCharacter_IsRefused(string key) =>
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "value"));

    [Fact]
    public void Entry_BinarySuffixAndKindOfValue_MustAgree()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("text-bin", "value"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("bytes", s_allBytes));
        Assert.Throws<InvalidOperationException>(() => new Metadata.Entry("bytes-bin", s_allBytes).Value);
        Assert.Equal("value"u8.ToArray(), new Metadata.Entry("text", "value").ValueBytes);
    }

    [Fact]
    public void Entry_BytesChangedLater_KeepsItsOwn()
    {
        byte[] bytes = [1, 2, 3];
        var entry = new Metadata.Entry("key-bin", bytes);

        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.Equal([1, 2, 3], entry.ValueBytes);
    }

    [Fact]
    public void Empty_Change_IsRefused()
    {
        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("key", "value"));
        Assert.Empty(Metadata.Empty);
    }

    private static Metadata Filled() => new()
    {
        { "x-text", "plain ~!@#" },
        { "x-many", "first" },
        { "x-many", "second, with a comma" },
        { "x-bytes-bin", s_allBytes },
    };

    private static void AssertFilled(Metadata metadata)
    {
        Assert.Equal("plain ~!@#", metadata.GetValue("x-text"));
        // HTTP lets a sender join values of one key with a comma, and HttpClient does.
        Assert.Equal(
            "first, second, with a comma", string.Join(", ", metadata.GetAll("x-many").Select(entry => entry.Value)));
        Assert.Equal(s_allBytes, metadata.GetValueBytes("x-bytes-bin"));
    }
}
