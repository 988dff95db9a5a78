using System.Globalization;
using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>Log ids as the platform writes them: fourteen digits of time and a tail that never repeats in a run.</summary>
internal sealed class LogIds(TimeProvider time)
{
    private volatile Stamp stamp = new(0, "");
    private long counter;

    public string Next()
    {
        var now = time.GetUtcNow();
        var second = now.ToUnixTimeSeconds();
        var current = stamp;
        if (current.Second != second)
        {
            stamp = current = new(second, now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture));
        }

        return string.Create(29, (current.Text, Number: Interlocked.Increment(ref counter)), static (span, state) =>
        {
            state.Text.CopyTo(span);
            "SBX".CopyTo(span[14..]);
            Hex.Write((ulong)state.Number, span[17..]);
        });
    }

    private sealed record Stamp(long Second, string Text);
}
