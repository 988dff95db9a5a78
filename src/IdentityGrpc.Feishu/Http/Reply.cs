using System.Buffers;
using System.Runtime.InteropServices;

namespace IdentityGrpc.Feishu.Http;

/// <summary>How far an exchange came.</summary>
internal enum Exchange
{
    /// <summary>An answer was read to its end.</summary>
    Answered,

    /// <summary>No connection, or it broke before the answer's end.</summary>
    Broken,

    /// <summary>The answer is larger than the bound.</summary>
    TooLarge,
}

/// <summary>What came back from one try.</summary>
internal readonly record struct Reply(Exchange Exchange)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>The body, unread; of no use after <see cref="Release"/>.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Gives the body's buffer back: pages of people would fill the heap of large objects with one each.</summary>
    public void Release()
    {
        if (MemoryMarshal.TryGetArray(Body, out var body) && body.Array is { Length: > 0 } buffer) ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary><c>x-ogw-ratelimit-reset</c>, where it was sent and makes sense.</summary>
    public TimeSpan? Reset { get; init; }

    /// <summary><c>X-Tt-Logid</c>, by which the platform's support finds the call.</summary>
    public string? LogId { get; init; }

    /// <summary>What broke, in the runtime's words for the kind of error; holds no data.</summary>
    public string? Fault { get; init; }
}
