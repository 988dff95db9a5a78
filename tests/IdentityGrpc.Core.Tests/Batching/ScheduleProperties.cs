using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Tests.Budgets;
using IdentityGrpc.Core.Tests.Changes;
using IdentityGrpc.Testing;
using static IdentityGrpc.Core.Tests.Batching.LookupRig;

namespace IdentityGrpc.Core.Tests.Batching;

/// <summary>
/// Whatever callers, the clock, the platform and the directory's changes do in whatever order: every key gets exactly
/// one answer, its own, in time; no window of the platform is exceeded; and nothing is left behind.
/// </summary>
public class ScheduleProperties
{
    private static readonly RateLimit s_limit = new(5, 100);

    [Fact]
    public void GetUsers_AnySchedule_EveryKeyHasItsOneRightAnswer() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(150),
            Prop.ForAll(ArbMap.Default.ArbFor<(byte Kind, byte A, byte B, byte C)[]>(), steps => SingleThread.Run(() => RunAsync(steps))));

    private static async Task RunAsync((byte Kind, byte A, byte B, byte C)[] steps)
    {
        using var rig = new LookupRig(
            new() { BatchSize = 10, QueueLimit = 400, QueueLimitPerCaller = 300, DeadlineMargin = TimeSpan.FromMilliseconds(5), QuarantineLimitPerCaller = 50 },
            new() { Default = s_limit, Guard = TimeSpan.Zero });
        await new Schedule(rig, steps).RunAsync();
    }

    private sealed class Schedule(LookupRig rig, (byte Kind, byte A, byte B, byte C)[] steps)
    {
        private readonly List<Question> _questions = [];
        private readonly List<TimeSpan> _calls = [];
        private readonly Dictionary<string, DateTimeOffset> _ends = [];
        private readonly Random _latencies = new(11);
        private DateTimeOffset _start;

        public async Task RunAsync()
        {
            _start = rig.Clock.GetUtcNow();
            rig.Directory.IsBad = id => Number(id) % 7 == 3;
            rig.Directory.IsUnknown = id => Number(id) % 5 == 4;
            rig.Directory.OnCall = _ => _calls.Add(rig.Clock.GetUtcNow() - _start);
            rig.Directory.Latency = () => Task.Delay(TimeSpan.FromMilliseconds(_latencies.Next(1, 60)), rig.Clock, CancellationToken.None);
            foreach (var step in steps) await DoAsync(step);
            await rig.Clock.AdvanceUntilAsync(() => _questions.TrueForAll(q => q.Task.IsCompleted) && rig.Lookup.KeysAsked == 0);
            foreach (var question in _questions) await CheckAsync(question);
            await rig.Clock.AdvanceUntilAsync(() => rig.Clock.ArmedTimers == 0);
            Assert.Equal(0, rig.Directory.Held);
            Assert.InRange(Windows.Most(_calls, TimeSpan.FromSeconds(1)), 0, s_limit.PerSecond);
            Assert.InRange(Windows.Most(_calls, TimeSpan.FromMinutes(1)), 0, s_limit.PerMinute);
        }

        private async Task DoAsync((byte Kind, byte A, byte B, byte C) step)
        {
            switch (step.Kind % 8)
            {
                case 0 or 1 or 2:
                    Ask(step.A, step.B, step.C);
                    break;
                case 3:
                    if (_questions.Count > 0) _questions[step.A % _questions.Count].Cancel.Cancel();
                    break;
                case 4:
                    var id = OpenId(Name(step.A % 40));
                    rig.Watermarks.End(id);
                    _ends[id.Value] = rig.Clock.GetUtcNow();
                    break;
                case 5:
                    if (step.A % 8 == 0) rig.Budget.Pause(new(Apis.UsersBatch, Scope), TimeSpan.FromMilliseconds(step.B * 4));
                    rig.Directory.Names = (step.A % 3) switch { 0 => bad => bad, 1 => bad => [bad[0]], _ => _ => [] };
                    break;
                default:
                    await rig.Clock.AdvanceAsync(TimeSpan.FromMilliseconds(step.A));
                    break;
            }
            await SingleThread.SettleAsync();
        }

        private void Ask(byte a, byte b, byte c)
        {
            var ids = Enumerable.Range(0, 1 + (a % 4 == 0 ? b % 60 : b % 3)).Select(i => OpenId(Name((c + i) % 80))).ToArray();
            var cancel = new CancellationTokenSource();
            TimeSpan? within = b % 3 == 0 ? TimeSpan.FromMilliseconds(10 + c * 8) : null;
            DateTimeOffset? notBefore = a % 5 == 0 ? rig.Clock.GetUtcNow() : null;
            var call = rig.Call(a % 2 == 0 ? Priority.Interactive : Priority.Bulk, within, $"caller {c % 3}", cancel);
            var question = new Question(ids, notBefore, call.Deadline, cancel, rig.Lookup.GetUsersAsync(OpenIds, ids, notBefore, call));
            question.Task.ContinueWith(_ =>
            {
                question.EndedAt = rig.Clock.GetUtcNow();
                question.Ends = new(_ends);
            }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.FromCurrentSynchronizationContext());
            _questions.Add(question);
        }

        private static async Task CheckAsync(Question question)
        {
            if (question.Cancel.IsCancellationRequested && question.Task.IsCanceled) return;
            var answers = await question.Task;
            Assert.Equal(question.Ids.Length, answers.Length);
            Assert.True(question.EndedAt <= question.Deadline || question.Deadline is null, "An answer came after the deadline.");
            for (int i = 0; i < answers.Length; i++) CheckAnswer(question, question.Ids[i], answers[i]);
        }

        private static void CheckAnswer(Question question, PersonId id, Answer<Person> answer)
        {
            var failure = answer.Outcome.Failure;
            bool bad = Number(id.Value) % 7 == 3, unknown = Number(id.Value) % 5 == 4;
            switch (failure?.Reason)
            {
                case null:
                    Assert.False(bad || unknown);
                    AssertRight(id, answer);
                    break;
                case FailureReason.NotFoundOrNotVisible:
                    Assert.True(bad ? failure.Code == 99992351 : unknown && failure == Failure.NotFound);
                    break;
                case FailureReason.BudgetExhausted:
                    Assert.NotNull(failure.RetryAfter);
                    return;
                default:
                    Assert.True(failure == Failure.Late ? question.Deadline is not null : failure == Failure.AlwaysChanging, failure?.Message);
                    return;
            }
            Assert.True(question.NotBefore is null || answer.AskedAt >= question.NotBefore, "An answer is older than was asked for.");
            Assert.True(!question.Ends.TryGetValue(id.Value, out var end) || answer.AskedAt > end, "A void answer was served.");
        }

        private static string Name(int number) => $"n{number}";

        private static int Number(string id) => int.Parse(id.AsSpan(4), CultureInfo.InvariantCulture);
    }

    private sealed record Question(PersonId[] Ids, DateTimeOffset? NotBefore, DateTimeOffset? Deadline, CancellationTokenSource Cancel, Task<Answer<Person>[]> Task)
    {
        public DateTimeOffset EndedAt { get; set; }

        public Dictionary<string, DateTimeOffset> Ends { get; set; } = [];
    }
}
