namespace IdentityGrpc.Server.Operations;

/// <summary>What the service says when it is ready.</summary>
internal static class Banner
{
    public static string Of(IdentityServerHost host)
    {
        string sandbox = host.SandboxUrl is { } url ? $"\n  Sandbox  {url.GetLeftPart(UriPartial.Authority)}  (made-up people, since no app is configured)" : "";
        string grpc = host.GrpcUrl.GetLeftPart(UriPartial.Authority);
        string app = host.SandboxUrl is null ? "APP" : "default";
        return $$"""
            IdentityGrpc is ready.
              gRPC     {{grpc}}  (health and reflection included)
              HTTP     {{host.HttpUrl.GetLeftPart(UriPartial.Authority)}}  (/healthz/live, /healthz/ready, /feishu/events/APP){{sandbox}}
            Try, in another terminal:
              dotnet run --project clients/cli -- --server {{grpc}} --app {{app}} members 0 --recursive
              grpcurl -plaintext -d '{"app": "{{app}}", "department_id": "0"}' {{host.GrpcUrl.Authority}} identity.v1.IdentityService/StreamDepartmentMembers
            Stop with Ctrl+C.
            """;
    }
}
