using IdentityGrpc.Core.Directory;
using IdentityGrpc.Feishu.Tokens;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Feishu.Tests;

public sealed class TokenSlotSoakTests
{
    [Fact]
    public async Task TokenSlot_HammeredWithDropsFailuresAndCancellations_NeverGivesADroppedTokenAndNeverFetchesTwiceAtOnce()
    {
        const int Workers = 8, Rounds = 4_000;
        var cancellation = TestContext.Current.CancellationToken;
        var clock = new ManualTimeProvider();
        var options = new FeishuOptions { TokenFailurePause = TimeSpan.Zero };
        int flights = 0, fetched = 0, failed = 0;
        async Task<Outcome<AccessToken>> FetchAsync()
        {
            Assert.Equal(1, Interlocked.Increment(ref flights));
            await Task.Yield();
            int number = Interlocked.Increment(ref fetched);
            Interlocked.Decrement(ref flights);
            return number % 7 == 0 ? new Failure(FailureReason.UpstreamUnavailable, "down") { Retryable = true } : AccessToken.From($"t-{number}", 7200, clock.GetTimestamp(), options)!;
        }
        var slot = new TokenSlot(FetchAsync, options, clock);

        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                using var quitter = new CancellationTokenSource();
                var waiting = slot.GetAsync(quitter.Token);
                if (i % 5 == worker % 5) await quitter.CancelAsync();
                try
                {
                    var token = await waiting;
                    if (!token.Succeeded)
                    {
                        Interlocked.Increment(ref failed);
                        continue;
                    }
                    if (i % 3 != 0) continue;
                    slot.Drop(token.Value);
                    var next = await slot.GetAsync(cancellation);
                    Assert.NotSame(token.Value, next.Value);
                }
                catch (OperationCanceledException) when (quitter.IsCancellationRequested)
                {
                }
            }
        }, cancellation)));

        Assert.InRange(fetched, 2, Workers * Rounds);
        Assert.True(failed > 0);
        Assert.True((await slot.GetAsync(cancellation)).Succeeded || (await slot.GetAsync(cancellation)).Succeeded);
    }
}
