namespace IdentityGrpc.Sandbox.Directory;

/// <summary>A user group: named people of a tenant. It exists because contact scopes may name groups (reference §4.2).</summary>
internal sealed record UserGroup(Tenant Tenant, string Id, string Name, IReadOnlySet<int> Members);
