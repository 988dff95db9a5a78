using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Tests.Batching;

/// <summary>
/// A platform that knows everybody whose key does not say otherwise, answers rows in reverse order, and holds calls
/// back, refuses batches (U1) or fails as a test says. Every answer tells by its id whose it is.
/// </summary>
internal sealed class ScriptedDirectory : IDirectory
{
    private readonly Lock _lock = new();
    private readonly List<UpstreamCall> _calls = [];
    private readonly List<UpstreamCall> _held = [];

    /// <summary>Whether calls wait for <see cref="Release"/>.</summary>
    public volatile bool Holds;

    /// <summary>How long calls take on the clock; null: they end at once.</summary>
    public Func<Task>? Latency { get; set; }

    /// <summary>Ids that spoil their batch.</summary>
    public Func<string, bool> IsBad { get; set; } = _ => false;

    /// <summary>The ids that a refusal names.</summary>
    public Func<IReadOnlyList<string>, IReadOnlyList<string>> Names { get; set; } = bad => bad;

    /// <summary>People who are not there.</summary>
    public Func<string, bool> IsUnknown { get; set; } = key => key.StartsWith("unknown", StringComparison.Ordinal);

    /// <summary>A failure of the whole call.</summary>
    public Func<IReadOnlyList<string>, Failure?> Fails { get; set; } = _ => null;

    /// <summary>Changes the rows before they go out.</summary>
    public Func<List<Person>, List<Person>> People { get; set; } = people => people;

    /// <summary>Changes the rows before they go out.</summary>
    public Func<List<ContactRow>, List<ContactRow>> Rows { get; set; } = rows => rows;

    public Action<IReadOnlyList<string>>? OnCall { get; set; }

    public IReadOnlyList<UpstreamCall> Calls
    {
        get { lock (_lock) return [.. _calls]; }
    }

    public int Held
    {
        get { lock (_lock) return _held.Count; }
    }

    /// <summary>Lets the oldest call that is held back go on; false where there is none.</summary>
    public bool Release()
    {
        UpstreamCall call;
        lock (_lock)
        {
            if (_held.Count == 0) return false;
            call = _held[0];
            _held.RemoveAt(0);
        }
        call.Gate.TrySetResult();
        return true;
    }

    public void ReleaseAll()
    {
        Holds = false;
        while (Release())
        {
        }
    }

    /// <summary>Forgets the calls made so far.</summary>
    public void Forget()
    {
        lock (_lock) _calls.Clear();
    }

    public static string IdOf(string key) => $"id of {key}";

    public static Person PersonOf(AppTenant scope, IdType idType, string id) => idType switch
    {
        IdType.OpenId => new() { OpenId = id, UnionId = $"on_{IdOf(id)}", UserId = $"u{IdOf(id)}" },
        IdType.UnionId => new() { OpenId = $"ou_{scope.App} {IdOf(id)}", UnionId = id, UserId = $"u{IdOf(id)}" },
        _ => new() { OpenId = $"ou_{scope.App} {IdOf(id)}", UnionId = $"on_{IdOf(id)}", UserId = id },
    };

    public async Task<Outcome<IReadOnlyList<ContactRow>>> FindByContactAsync(AppTenant scope, IdType idType, bool includeResigned,
        IReadOnlyList<Contact> contacts, CallContext call)
    {
        Assert.All(Enum.GetValues<ContactKind>(), kind => Assert.InRange(contacts.Count(c => c.Kind == kind), 0, 50));
        Assert.Distinct(contacts);
        if (await CallAsync("contacts", [.. contacts.Select(c => c.Value)], call) is { } failure) return failure;
        return Rows([.. contacts.Reverse().Select(c => new ContactRow(c, IsUnknown(c.Value) ? null : IdOf(c.Value), null))]);
    }

    public async Task<Outcome<IReadOnlyList<Person>>> GetUsersAsync(AppTenant scope, IdType idType, IReadOnlyList<string> ids, CallContext call)
    {
        Assert.InRange(ids.Count, 1, 50);
        Assert.Distinct(ids);
        if (await CallAsync("users", ids, call) is { } failure) return failure;
        if (Refusal(ids) is { } refusal) return refusal;
        return People([.. ids.Reverse().Where(id => !IsUnknown(id)).Select(id => PersonOf(scope, idType, id))]);
    }

    public async Task<Outcome<Person>> GetUserAsync(AppTenant scope, IdType idType, string id, CallContext call)
    {
        if (await CallAsync("user", [id], call) is { } failure) return failure;
        if (Refusal([id]) is { } refusal) return refusal;
        return IsUnknown(id) ? Failure.NotFound : People([PersonOf(scope, idType, id)])[0];
    }

    public Task<Outcome<Department>> GetDepartmentAsync(AppTenant scope, DepartmentId department, CallContext call) => throw new NotSupportedException();

    public Task<Outcome<Page<Department>>> ListChildrenAsync(AppTenant scope, DepartmentId department, bool descendants, string? pageToken, CallContext call) =>
        throw new NotSupportedException();

    public Task<Outcome<Page<DirectoryMember>>> ListMembersAsync(AppTenant scope, DepartmentId department, string? pageToken, CallContext call) =>
        throw new NotSupportedException();

    public Task<Outcome<Page<DirectoryMember>>> ListIndependentMembersAsync(AppTenant scope, string? pageToken, CallContext call) => throw new NotSupportedException();

    public Task<Outcome<ScopePage>> ListScopesAsync(AppTenant scope, string? pageToken, CallContext call) => throw new NotSupportedException();

    private async Task<Failure?> CallAsync(string api, IReadOnlyList<string> keys, CallContext call)
    {
        var upstream = new UpstreamCall(api, keys, call);
        lock (_lock)
        {
            _calls.Add(upstream);
            if (Holds) _held.Add(upstream);
            else upstream.Gate.SetResult();
        }
        OnCall?.Invoke(keys);
        using (call.Cancellation.UnsafeRegister((_, token) => upstream.Gate.TrySetCanceled(token), null)) await upstream.Gate.Task;
        if (Latency is { } latency) await latency();
        return Fails(keys);
    }

    private Failure? Refusal(IReadOnlyList<string> ids)
    {
        string[] bad = [.. ids.Where(IsBad)];
        return bad.Length == 0 ? null : new Failure(FailureReason.NotFoundOrNotVisible, "refused") { Code = 99992351, InvalidIds = Names(bad) };
    }
}

internal sealed record UpstreamCall(string Api, IReadOnlyList<string> Keys, CallContext Context)
{
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
