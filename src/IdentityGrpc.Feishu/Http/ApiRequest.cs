using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace IdentityGrpc.Feishu.Http;

/// <summary>A call of the platform, before any try.</summary>
/// <param name="Api">The API as the platform's documentation names it: for the budget and for telemetry.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="PathAndQuery">What follows the base URL, percent-encoded.</param>
/// <param name="Read">Reads the value out of a body that reports success; null where the body lacks what it must have.</param>
internal sealed record ApiRequest(string Api, HttpMethod Method, string PathAndQuery, ReadBody Read)
{
    /// <summary>The body as JSON; null: none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The ids that the call asks about, each of which could spoil it (U1); null: the call is not about ids of people.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>Reads the <c>data</c> of an envelope; where it is missing, as of one that is empty.</summary>
    public static ReadBody Data<TData, T>(JsonTypeInfo<Envelope<TData>> type, Func<TData, T?> read) where TData : class, new() where T : class =>
        body => JsonSerializer.Deserialize(body, type) is { } envelope ? read(envelope.Data ?? new TData()) : null;
}

/// <summary>Reads a value out of a body.</summary>
/// <exception cref="JsonException">The body is not what it should be.</exception>
internal delegate object? ReadBody(ReadOnlySpan<byte> body);
