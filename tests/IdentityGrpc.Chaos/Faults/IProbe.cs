using IdentityGrpc.Testing.Server;

namespace IdentityGrpc.Chaos.Faults;

/// <summary>One RPC, asked about people whose right answers are known.</summary>
internal interface IProbe
{
    /// <summary>Its name in the table.</summary>
    string Name { get; }

    /// <summary>The upstream API that faults are given to.</summary>
    string Api { get; }

    /// <summary>How often an upstream call that failed may be begun again, beside its tries: a walk gives a department a second turn (design §7).</summary>
    int Turns { get; }

    /// <summary>Asks, past all caches, and holds what comes back against the truth.</summary>
    /// <param name="server">The service.</param>
    /// <param name="people">The truth.</param>
    /// <param name="wrong">The keys that must have no answer.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<Received> AskAsync(RunningServer server, People people, WrongKeys wrong, CancellationToken cancellation);
}

/// <summary>Wrong keys among the 50.</summary>
/// <param name="Count">How many.</param>
/// <param name="OfAnotherApp">Whether they are another app's ids, and not nobody's.</param>
internal readonly record struct WrongKeys(int Count, bool OfAnotherApp = false);
