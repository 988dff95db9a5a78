namespace Grpc.Core;

/// <summary>Messages that arrive one after the other; one read at a time.</summary>
public interface IAsyncStreamReader<out T>
{
    T Current { get; }

    /// <summary>Waits for the next message; false is the end.</summary>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
