namespace IdentityGrpc.Feishu.Http;

/// <summary>What every answer has (reference §6.1); the data are read apart, so that a refusal is understood whatever its data are.</summary>
internal sealed class Envelope
{
    public int? Code { get; set; }

    public string? Msg { get; set; }

    public ErrorDetail? Error { get; set; }
}

/// <summary>An answer's data.</summary>
internal sealed class Envelope<T>
{
    public T? Data { get; set; }
}

/// <summary>The detail of a refusal; every member is optional.</summary>
internal sealed class ErrorDetail
{
    public string? Message { get; set; }

    public string? LogId { get; set; }

    public IReadOnlyList<FieldViolation>? FieldViolations { get; set; }

    public IReadOnlyList<PermissionViolation>? PermissionViolations { get; set; }
}

/// <summary>A field that was refused.</summary>
internal sealed class FieldViolation
{
    public string? Field { get; set; }

    public string? Value { get; set; }
}

/// <summary>A scope that is missing: <c>subject</c> in real bodies, <c>scope</c> in one page of the documentation (U29).</summary>
internal sealed class PermissionViolation
{
    public string? Subject { get; set; }

    public string? Scope { get; set; }
}
