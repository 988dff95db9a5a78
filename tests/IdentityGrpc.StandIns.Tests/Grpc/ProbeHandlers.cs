using Grpc.Core;
using IdentityGrpc.StandIns.Tests.Probes;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>What the probe service does in one test; a method that the test did not set answers UNIMPLEMENTED.</summary>
internal sealed class ProbeHandlers : ProbeService.ProbeServiceBase
{
    public UnaryServerMethod<Probe, Probe>? OnUnary { get; init; }

    public ClientStreamingServerMethod<Probe, Probe>? OnClientStreaming { get; init; }

    public ServerStreamingServerMethod<Probe, Probe>? OnServerStreaming { get; init; }

    public DuplexStreamingServerMethod<Probe, Probe>? OnDuplexStreaming { get; init; }

    /// <summary>Gives every message back; a client stream's answer counts its messages and joins their texts.</summary>
    public static ProbeHandlers Echo { get; } = new()
    {
        OnUnary = (request, _) => Task.FromResult(request),
        OnClientStreaming = async (requests, _) =>
        {
            var texts = new List<string>();
            await foreach (var request in requests.ReadAllAsync())
            {
                texts.Add(request.Text);
            }

            return new Probe { Text = string.Join(',', texts), Number = texts.Count };
        },
        OnServerStreaming = async (request, responses, context) =>
        {
            for (var i = 0; i < request.Number; i++)
            {
                await responses.WriteAsync(new Probe { Text = request.Text, Number = i }, context.CancellationToken);
            }
        },
        OnDuplexStreaming = async (requests, responses, context) =>
        {
            await foreach (var request in requests.ReadAllAsync())
            {
                await responses.WriteAsync(request, context.CancellationToken);
            }
        },
    };

    public override Task<Probe> Unary(Probe request, ServerCallContext context) =>
        OnUnary?.Invoke(request, context) ?? base.Unary(request, context);

    public override Task<Probe> ClientStreaming(IAsyncStreamReader<Probe> requestStream, ServerCallContext context) =>
        OnClientStreaming?.Invoke(requestStream, context) ?? base.ClientStreaming(requestStream, context);

    public override Task ServerStreaming(
        Probe request, IServerStreamWriter<Probe> responseStream, ServerCallContext context) =>
        OnServerStreaming?.Invoke(request, responseStream, context)
        ?? base.ServerStreaming(request, responseStream, context);

    public override Task DuplexStreaming(
        IAsyncStreamReader<Probe> requestStream, IServerStreamWriter<Probe> responseStream, ServerCallContext context) =>
        OnDuplexStreaming?.Invoke(requestStream, responseStream, context)
        ?? base.DuplexStreaming(requestStream, responseStream, context);
}
