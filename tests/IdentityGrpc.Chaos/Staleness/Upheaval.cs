using System.Collections.Concurrent;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Chaos.Staleness;

/// <summary>
/// Changes people at random, one at a time: user_ids change and go to others, contacts move, people leave, come back and
/// join. Each change makes exactly one event for each app, so that the n-th event is about the n-th change.
/// </summary>
internal sealed class Upheaval(World world, SandboxTruth truth, string tenantKey, string provider, TimeSpan pause, int seed)
{
    private const string Made = "made_";
    private readonly Random _random = new(seed);
    private readonly List<string> _freeUserIds = [], _freeEmails = [], _freeMobiles = [];
    private readonly ConcurrentDictionary<int, TaskCompletionSource<(Person, int)>> _changes = [];
    private readonly HashSet<string> _left = [];
    private int _fresh;
    private volatile int _done;

    /// <summary>How many changes were made.</summary>
    public int Changes => _done;

    /// <summary>Whom the n-th change, from 0, was about, and the version that it led to; once it is done.</summary>
    public Task<(Person Person, int Version)> ChangeAsync(int number) => Slot(number).Task;

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await MakeAsync(_random.Next(100));
            await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
        }
    }

    private Task MakeAsync(int dice)
    {
        var person = world.People[_random.Next(world.People.Length)];
        var now = person.Now;
        if (dice < 5) return JoinAsync();
        // The control API finds whoever left by their user_id, unless it was ever somebody else's.
        if (!now.Visible) return _left.Remove(now.UserId) && world.HoldersOf(new(KeyKind.UserId, now.UserId)).Length == 1 ? ReturnAsync(person) : Task.CompletedTask;
        return dice switch
        {
            < 45 => UpdateAsync(person, now with { UserId = Take(_freeUserIds) ?? FreshUserId() }, () => _freeUserIds.Add(now.UserId), "user_id"),
            < 60 when now.Email is { } email => UpdateAsync(person, now with { Email = null }, () => _freeEmails.Add(email), "email"),
            < 60 => UpdateAsync(person, now with { Email = Take(_freeEmails) ?? FreshEmail() }, () => { }, "email"),
            < 75 when now.Mobile is { } mobile => UpdateAsync(person, now with { Mobile = null }, () => _freeMobiles.Add(mobile), "mobile"),
            < 75 => UpdateAsync(person, now with { Mobile = Take(_freeMobiles) ?? FreshMobile() }, () => { }, "mobile"),
            _ => UpdateAsync(person, now with { Visible = false }, () => Free(now), "status"),
        };
    }

    private async Task JoinAsync()
    {
        var first = new Version(Take(_freeUserIds) ?? FreshUserId(), Take(_freeEmails) ?? FreshEmail(), Take(_freeMobiles) ?? FreshMobile(), Visible: true, Instant.Now);
        var joiner = world.Add(first);
        var made = await truth.SendAsync(HttpMethod.Post, "users",
            new { tenant_key = tenantKey, name = "Joiner", user_id = first.UserId, email = first.Email, mobile = first.Mobile });
        world.Name(joiner, made.GetProperty("union_ids").GetProperty(provider).GetString()!,
            made.GetProperty("open_ids").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!));
        Done(joiner);
    }

    private async Task ReturnAsync(Person person)
    {
        var next = person.Now with { UserId = FreshUserId(), Email = FreshEmail(), Mobile = FreshMobile(), Visible = true, From = Instant.Now };
        string path = PathOf(person);
        world.Begin(person, next);
        await truth.SendAsync(HttpMethod.Patch, path, new { status = "activated", user_id = next.UserId, email = next.Email, mobile = next.Mobile });
        Done(person);
    }

    private async Task UpdateAsync(Person person, Version changed, Action then, string field)
    {
        var next = changed with { From = Instant.Now };
        string path = PathOf(person);
        world.Begin(person, next);
        await truth.SendAsync(HttpMethod.Patch, path, new Dictionary<string, string?>
        {
            [field] = field switch { "user_id" => next.UserId, "email" => next.Email, "mobile" => next.Mobile, _ => "resigned" },
        });
        Done(person);
        then();
    }

    private void Done(Person person)
    {
        person.Done();
        Slot(_done).SetResult((person, person.Versions.Length - 1));
        _done++;
    }

    private TaskCompletionSource<(Person Person, int Version)> Slot(int number) =>
        _changes.GetOrAdd(number, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private void Free(Version left)
    {
        _freeUserIds.Add(left.UserId);
        if (left.UserId.StartsWith(Made, StringComparison.Ordinal)) _left.Add(left.UserId);
        if (left.Email is { } email) _freeEmails.Add(email);
        if (left.Mobile is { } mobile) _freeMobiles.Add(mobile);
    }

    private string? Take(List<string> free)
    {
        if (free.Count == 0 || _random.Next(3) == 0) return null;
        int at = _random.Next(free.Count);
        string taken = free[at];
        free.RemoveAt(at);
        _left.Remove(taken);
        return taken;
    }

    private string FreshUserId() => $"{Made}{_fresh++}";

    private string FreshEmail() => $"fresh{_fresh++}@moved.test";

    private string FreshMobile() => $"+8614{_fresh++:D9}";

    private string PathOf(Person person) => $"users/{tenantKey}/{person.Now.UserId}";
}
