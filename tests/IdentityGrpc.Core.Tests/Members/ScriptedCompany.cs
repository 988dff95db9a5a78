using System.Globalization;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Tests.Members;

/// <summary>A call that reached the company.</summary>
/// <param name="Kind">get, below, level, members, independent or scopes.</param>
/// <param name="Id">The department.</param>
/// <param name="PageToken">The page.</param>
/// <param name="Priority">How urgent it was.</param>
internal sealed record CompanyCall(string Kind, string Id, string? PageToken, Priority Priority);

/// <summary>A directory of departments and people that a test may change, fail and hold back at any call. Pages hold few rows, and their tokens say after whom they go on.</summary>
internal sealed class ScriptedCompany : IDirectory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _parentOf = [];
    private readonly SortedDictionary<string, List<string>> _departmentsOf = new(StringComparer.Ordinal);
    private readonly List<CompanyCall> _calls = [];
    private int _running;

    /// <summary>Rows on a page.</summary>
    public int PageSize { get; init; } = 3;

    /// <summary>What a call fails with; null: it succeeds.</summary>
    public Func<CompanyCall, Failure?> Fails { get; set; } = _ => null;

    /// <summary>Runs before a call is answered.</summary>
    public Func<CompanyCall, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Whether people's departments are withheld.</summary>
    public bool HidesDepartments { get; init; }

    /// <summary>Changes pages on their way.</summary>
    public Func<CompanyCall, Page<DirectoryMember>, Page<DirectoryMember>> Pages { get; set; } = (_, page) => page;

    /// <summary>What the contact scope names.</summary>
    public ScopePage Scope { get; set; } = new([], [], [], null);

    public IReadOnlyList<CompanyCall> Calls
    {
        get { lock (_lock) return [.. _calls]; }
    }

    /// <summary>The greatest number of calls at a time.</summary>
    public int MostAtOnce { get; private set; }

    public int Running => Volatile.Read(ref _running);

    public ScriptedCompany Department(string id, string parent = "0")
    {
        lock (_lock) _parentOf[id] = parent;
        return this;
    }

    public ScriptedCompany Person(string name, params string[] departments)
    {
        lock (_lock) _departmentsOf["ou_" + name] = [.. departments];
        return this;
    }

    public void Move(string name, params string[] departments) => Person(name, departments);

    public void Remove(string department)
    {
        lock (_lock) _parentOf.Remove(department);
    }

    /// <summary>Everybody.</summary>
    public IReadOnlyList<string> People
    {
        get { lock (_lock) return [.. _departmentsOf.Keys]; }
    }

    /// <summary>Everybody under each of their departments.</summary>
    public int Memberships
    {
        get { lock (_lock) return _departmentsOf.Values.Sum(d => d.Count); }
    }

    public Task<Outcome<Department>> GetDepartmentAsync(AppTenant scope, DepartmentId department, CallContext call) =>
        AnswerAsync(new("get", department.Value, null, call.Priority), call, () =>
            new Department(department.Value == "CUSTOM" ? "od-custom" : department.Value, null, _departmentsOf.Values.Sum(d => d.Count)));

    public Task<Outcome<Page<Department>>> ListChildrenAsync(AppTenant scope, DepartmentId department, bool descendants, string? pageToken, CallContext call) =>
        AnswerAsync(new(descendants ? "below" : "level", department.Value, pageToken, call.Priority), call, () =>
        {
            var all = _parentOf.Keys.Where(d => _parentOf[d] == department.Value || (descendants && IsBelow(d, department.Value))).Order(StringComparer.Ordinal).ToList();
            var (rows, next) = Cut(all, pageToken);
            return new Page<Department>([.. rows.Select(d => new Department(d, _parentOf[d], null))], next);
        });

    public Task<Outcome<Page<DirectoryMember>>> ListMembersAsync(AppTenant scope, DepartmentId department, string? pageToken, CallContext call)
    {
        var asked = new CompanyCall("members", department.Value, pageToken, call.Priority);
        return AnswerAsync(asked, call, () => Members(asked, p => p.Value.Contains(department.Value)));
    }

    public Task<Outcome<Page<DirectoryMember>>> ListIndependentMembersAsync(AppTenant scope, string? pageToken, CallContext call)
    {
        var asked = new CompanyCall("independent", "", pageToken, call.Priority);
        return AnswerAsync(asked, call, () => Members(asked, p => p.Value.Count == 0));
    }

    public Task<Outcome<ScopePage>> ListScopesAsync(AppTenant scope, string? pageToken, CallContext call) =>
        AnswerAsync(new("scopes", "", pageToken, call.Priority), call, () => Scope);

    public Task<Outcome<IReadOnlyList<ContactRow>>> FindByContactAsync(AppTenant scope, IdType idType, bool includeResigned, IReadOnlyList<Contact> contacts, CallContext call) =>
        throw new NotSupportedException();

    public Task<Outcome<IReadOnlyList<Person>>> GetUsersAsync(AppTenant scope, IdType idType, IReadOnlyList<string> ids, CallContext call) => throw new NotSupportedException();

    public Task<Outcome<Person>> GetUserAsync(AppTenant scope, IdType idType, string id, CallContext call) => throw new NotSupportedException();

    private async Task<Outcome<T>> AnswerAsync<T>(CompanyCall asked, CallContext call, Func<T> answer) where T : class
    {
        lock (_lock)
        {
            _calls.Add(asked);
            MostAtOnce = Math.Max(MostAtOnce, ++_running);
        }
        try
        {
            await Before(asked, call.Cancellation);
            call.Cancellation.ThrowIfCancellationRequested();
            if (Fails(asked) is { } failure) return failure;
            lock (_lock)
            {
                if (asked.Id is not ("0" or "" or "CUSTOM") && !_parentOf.ContainsKey(asked.Id)) return Unknown;
                return answer();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>What the platform says of a department that is not there.</summary>
    public static Failure Unknown { get; } = new(FailureReason.NotFoundOrNotVisible, "No such department.") { Code = 99992357 };

    /// <summary>What it says of one outside the contact scope.</summary>
    public static Failure OutOfScope { get; } = new(FailureReason.NoPermission, "Outside the contact scope.") { Code = 40004 };

    /// <summary>A passing failure.</summary>
    public static Failure Outage { get; } = new(FailureReason.UpstreamUnavailable, "The platform failed.") { Retryable = true };

    private Page<DirectoryMember> Members(CompanyCall asked, Func<KeyValuePair<string, List<string>>, bool> belongs)
    {
        var (rows, next) = Cut([.. _departmentsOf.Where(belongs).Select(p => p.Key)], asked.PageToken);
        var page = new Page<DirectoryMember>([.. rows.Select(id => new DirectoryMember(new Person { OpenId = id, Status = UserStatus.Activated },
            HidesDepartments ? null : [.. _departmentsOf[id]], new DirectoryProfile()))], next);
        return Pages(asked, page);
    }

    private (List<string> Rows, string? Next) Cut(List<string> all, string? token)
    {
        var rows = all.Where(id => token is null || string.CompareOrdinal(id, token["after:".Length..]) > 0).Take(PageSize + 1).ToList();
        bool hasMore = rows.Count > PageSize;
        if (hasMore) rows.RemoveAt(PageSize);
        return (rows, hasMore ? string.Create(CultureInfo.InvariantCulture, $"after:{rows[^1]}") : null);
    }

    private bool IsBelow(string department, string ancestor) =>
        _parentOf.TryGetValue(department, out string? parent) && (parent == ancestor || (parent != "0" && IsBelow(parent, ancestor)));
}
