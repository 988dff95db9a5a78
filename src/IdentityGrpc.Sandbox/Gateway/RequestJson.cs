using System.Text.Json.Serialization;
using IdentityGrpc.Sandbox.Contact;
using IdentityGrpc.Sandbox.Login;
using IdentityGrpc.Sandbox.Tokens;

namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>Reads request bodies without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AppCredentials))]
[JsonSerializable(typeof(LoginTokenRequest))]
[JsonSerializable(typeof(BatchGetIdRequest))]
[JsonSerializable(typeof(BasicBatchRequest))]
[JsonSerializable(typeof(NewUserIdRequest))]
[JsonSerializable(typeof(NewDepartmentIdRequest))]
[JsonSerializable(typeof(SearchRequest))]
internal sealed partial class RequestJson : JsonSerializerContext;
