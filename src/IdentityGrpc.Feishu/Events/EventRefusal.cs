namespace IdentityGrpc.Feishu.Events;

/// <summary>Why a post is not taken. Whoever sent it learns no more than the status.</summary>
public enum EventRefusal
{
    /// <summary>The body is no JSON object of the platform's, or cannot be decrypted although it is signed.</summary>
    Malformed,

    /// <summary>The app has an encrypt key, and the body is not encrypted.</summary>
    NotEncrypted,

    /// <summary>There is no signature, and the body is no challenge under the app's key.</summary>
    Unsigned,

    /// <summary>The signature is not that of the body under the app's key.</summary>
    WrongSignature,

    /// <summary>The verification token is missing or another.</summary>
    WrongToken,

    /// <summary>It is of another app, or names none.</summary>
    OtherApp,

    /// <summary>It is of a tenant that the app is not configured for, or names none.</summary>
    OtherTenant,

    /// <summary>The body is larger than <see cref="EventReader.MaxBodyBytes"/>.</summary>
    TooLarge,
}

/// <summary>What a refusal looks like over HTTP.</summary>
public static class EventRefusalExtensions
{
    /// <summary>The HTTP status.</summary>
    public static int Status(this EventRefusal refusal) => refusal switch
    {
        EventRefusal.Malformed => 400,
        EventRefusal.NotEncrypted or EventRefusal.Unsigned or EventRefusal.WrongSignature or EventRefusal.WrongToken => 401,
        EventRefusal.OtherApp or EventRefusal.OtherTenant => 403,
        EventRefusal.TooLarge => 413,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, null),
    };
}
