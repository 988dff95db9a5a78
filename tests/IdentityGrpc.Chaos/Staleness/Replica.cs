using IdentityGrpc.Testing.Server;

namespace IdentityGrpc.Chaos.Staleness;

/// <summary>A replica, and what it must know.</summary>
internal sealed record Replica(string Name, RunningServer Server, Knowledge Knowledge);
