using System.Collections.Frozen;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Events;

namespace IdentityGrpc.Server.Events;

/// <summary>The apps whose events are taken.</summary>
internal sealed class EventReaders(IEnumerable<EventSource> sources)
{
    private readonly FrozenDictionary<string, (App App, EventReader Reader)> _byName =
        sources.ToFrozenDictionary(s => s.App.Name, s => (s.App, new EventReader(s)), StringComparer.Ordinal);

    /// <summary>The app of that name; null where there is none, or where it takes no events.</summary>
    public (App App, EventReader Reader)? Find(string name) => _byName.TryGetValue(name, out var found) ? found : null;

    /// <summary>Whether the app takes events.</summary>
    public bool Takes(AppId app) => _byName.Values.Any(v => v.App.Id == app);
}
