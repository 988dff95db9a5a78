using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdentityGrpc.V1;
using Enum = System.Enum;

namespace IdentityGrpc.Cli.Output;

/// <summary>The contract's values as text: the names of its enum values without their prefix.</summary>
internal static class EnumText
{
    /// <summary>Such as <c>ACTIVATED</c>; null where it is not set.</summary>
    public static string? Of(UserStatus status) => status == UserStatus.Unspecified ? null : Upper(status);

    /// <summary>Such as <c>MEMORY</c>; null where nothing was looked up.</summary>
    public static string? Of(Source source) => source == Source.Unspecified ? null : Upper(source);

    /// <summary>Such as <c>CROSS_APP_ID</c>.</summary>
    public static string Of(UnresolvedReason reason) => Upper(reason);

    /// <summary>Such as <c>USER_UPDATED</c>.</summary>
    public static string Of(ChangeKind kind) => Upper(kind);

    /// <summary>Such as <c>INVALID_ARGUMENT</c>.</summary>
    public static string Of(StatusCode code) => Upper(code);

    /// <summary>What is withheld, such as <c>user_id</c> or <c>status</c>.</summary>
    public static string Of(Withheld withheld) =>
        withheld.Field.Length > 0 ? withheld.Field : JsonNamingPolicy.SnakeCaseLower.ConvertName(withheld.IdType.ToString());

    /// <summary>Such as <c>2.5s</c>, as JSON has durations; null where there is none.</summary>
    public static string? Of(Duration? duration) => duration is null ? null : Of(duration.ToTimeSpan());

    /// <summary>Such as <c>2.5s</c>.</summary>
    public static string Of(TimeSpan duration) => FormattableString.Invariant($"{duration.TotalSeconds:0.###}s");

    private static string Upper<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());
}
