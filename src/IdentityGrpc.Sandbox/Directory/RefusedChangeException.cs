namespace IdentityGrpc.Sandbox.Directory;

/// <summary>Why the platform's rules forbid a change.</summary>
internal enum ChangeRefusal
{
    UserIdTaken,
    ContactTaken,
    DepartmentIdTaken,
    Department,
    NotRestorable,
}

/// <summary>A change that the platform's rules forbid.</summary>
internal sealed class RefusedChangeException(ChangeRefusal refusal, string message) : Exception(message)
{
    public ChangeRefusal Refusal => refusal;
}
