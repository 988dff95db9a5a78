using System.Globalization;

namespace IdentityGrpc.Load.Members;

/// <summary>Watches the resident memory of a process, by Linux's own count.</summary>
internal sealed class ResidentMemory : IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);
    private readonly int _process;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;
    private long _peak;

    public ResidentMemory(int process, TimeProvider time)
    {
        _process = process;
        _watching = WatchAsync(time);
    }

    /// <summary>The greatest so far, in bytes.</summary>
    public long Peak => Math.Max(Interlocked.Read(ref _peak), Of(_process));

    /// <summary>The present one, in bytes.</summary>
    public static long Of(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching;
        _end.Dispose();
    }

    private async Task WatchAsync(TimeProvider time)
    {
        try
        {
            while (true)
            {
                _peak = Math.Max(_peak, Of(_process));
                await Task.Delay(s_interval, time, _end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Watched long enough.
        }
    }
}
