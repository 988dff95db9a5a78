using System.Text.Json.Serialization;
using IdentityGrpc.Feishu.Contacts;
using IdentityGrpc.Feishu.Tokens;

namespace IdentityGrpc.Feishu.Http;

/// <summary>The platform's JSON: read leniently (reference §0), written exactly.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(LenientStringConverter), typeof(LenientInt32Converter), typeof(LenientBooleanConverter),
        typeof(LenientListConverter<string>), typeof(LenientListConverter<FieldViolation>), typeof(LenientListConverter<PermissionViolation>),
        typeof(LenientListConverter<ContactIdRow>), typeof(LenientListConverter<UserRow>), typeof(LenientListConverter<DepartmentRow>),
        typeof(LenientListConverter<CustomAttrRow>), typeof(StatusFlagsConverter), typeof(ContactIdRowConverter),
    ])]
[JsonSerializable(typeof(Envelope))]
[JsonSerializable(typeof(Envelope<ContactIdList>))]
[JsonSerializable(typeof(Envelope<UserList>))]
[JsonSerializable(typeof(Envelope<SingleUser>))]
[JsonSerializable(typeof(Envelope<DepartmentList>))]
[JsonSerializable(typeof(Envelope<SingleDepartment>))]
[JsonSerializable(typeof(Envelope<ScopeList>))]
[JsonSerializable(typeof(ContactsBody))]
[JsonSerializable(typeof(TokenReply))]
[JsonSerializable(typeof(AppCredentials))]
[JsonSerializable(typeof(TenantTokenBody))]
internal sealed partial class FeishuJson : JsonSerializerContext;
