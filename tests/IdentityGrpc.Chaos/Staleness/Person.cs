namespace IdentityGrpc.Chaos.Staleness;

/// <summary>A state of a person, and when the platform can have shown it.</summary>
/// <param name="UserId">The user_id.</param>
/// <param name="Email">The e-mail; null: none.</param>
/// <param name="Mobile">The mobile; null: none.</param>
/// <param name="Visible">Whether they are a member.</param>
/// <param name="From">When the change to it began: it was not shown before.</param>
internal sealed record Version(string UserId, string? Email, string? Mobile, bool Visible, TimeSpan From)
{
    /// <summary>When the change to it was done: it is shown from then on, until the next begins.</summary>
    public TimeSpan Sure { get; set; } = TimeSpan.MaxValue;

    /// <summary>When the change away from it began.</summary>
    public TimeSpan Leaving { get; set; } = TimeSpan.MaxValue;

    /// <summary>When the change away from it was done: it was not shown after.</summary>
    public TimeSpan Until { get; set; } = TimeSpan.MaxValue;

    public bool Holds(Key key) => Visible && key.Value == (key.Kind switch
    {
        KeyKind.UserId => UserId,
        KeyKind.Email => Email,
        KeyKind.Mobile => Mobile,
        _ => key.Value,
    });
}

/// <summary>A person with all states they have been in. One thread changes it, others read.</summary>
internal sealed class Person(int index)
{
    private volatile Version[] _versions = [];
    private volatile IReadOnlyDictionary<string, string> _openIds = new Dictionary<string, string>();
    private volatile string _unionId = "";

    public int Index => index;

    /// <summary>Their union_id; empty until the platform has made it.</summary>
    public string UnionId => _unionId;

    /// <summary>Their open_id in each app, by the app's name.</summary>
    public IReadOnlyDictionary<string, string> OpenIds => _openIds;

    public Version[] Versions => _versions;

    public Version Now => _versions[^1];

    public void Name(string unionId, IReadOnlyDictionary<string, string> openIds) => (_unionId, _openIds) = (unionId, openIds);

    public void Begin(Version next)
    {
        if (_versions.Length > 0) Now.Leaving = next.From;
        _versions = [.. _versions, next with { Sure = TimeSpan.MaxValue, Leaving = TimeSpan.MaxValue, Until = TimeSpan.MaxValue }];
    }

    public void Done()
    {
        Now.Sure = Instant.Now;
        if (_versions.Length > 1) _versions[^2].Until = Now.Sure;
    }
}

/// <summary>What people are looked up by.</summary>
internal enum KeyKind
{
    OpenId,
    UnionId,
    UserId,
    Email,
    Mobile,
}

/// <summary>One thing to look up.</summary>
internal readonly record struct Key(KeyKind Kind, string Value)
{
    public bool IsContact => Kind is KeyKind.Email or KeyKind.Mobile;
}
