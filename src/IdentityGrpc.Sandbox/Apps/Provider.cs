namespace IdentityGrpc.Sandbox.Apps;

/// <summary>An organisation that makes apps (R5): its apps share union_ids (R4).</summary>
internal sealed record Provider(int Index, string Name);
