using System.Diagnostics.CodeAnalysis;

namespace IdentityGrpc.Core.Directory;

/// <summary>A value, or the reason why there is none.</summary>
public readonly struct Outcome<T> where T : class
{
    private Outcome(T? value, Failure? failure)
    {
        Value = value;
        Failure = failure;
    }

    /// <summary>The value; null where <see cref="Failure"/> is set.</summary>
    public T? Value { get; }

    /// <summary>Why there is no value.</summary>
    public Failure? Failure { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value)), MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Value is not null;

    /// <summary>A value.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>A reason.</summary>
    public static implicit operator Outcome<T>(Failure failure) => new(null, failure);
}
