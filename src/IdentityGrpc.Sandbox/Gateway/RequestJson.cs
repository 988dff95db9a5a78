using System.Text.Json.Serialization;
using IdentityGrpc.Sandbox.Contact;
using IdentityGrpc.Sandbox.Tokens;

namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>Reads request bodies without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AppCredentials))]
[JsonSerializable(typeof(BatchGetIdRequest))]
internal sealed partial class RequestJson : JsonSerializerContext;
