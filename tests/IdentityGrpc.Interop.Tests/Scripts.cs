using System.Text.Json;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Interop.Tests;

/// <summary>Runs the clients in other languages. A tool that is missing fails the test that needs it, and says how to get it.</summary>
internal static class Scripts
{
    // Where Debian puts grpcio; the python3 of the PATH may be another one that lacks it.
    private const string DebianPython = "/usr/bin/python3";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Buf => Path.Combine(NodeModules, ".bin", "buf");

    private static string Python => File.Exists(DebianPython) ? DebianPython : "python3";

    /// <summary>Runs a script of <c>tests/interop/node</c> and returns the JSON that it printed.</summary>
    public static async Task<JsonElement> NodeAsync(string script, params string[] arguments)
    {
        Assert.NotEmpty(NodeModules);
        var result = await ChildProcess.RunAsync("node", [Checkout.PathOf("tests", "interop", "node", script), .. arguments], cancellationToken: Stop);
        return Json(result);
    }

    /// <summary>Runs a script of <c>tests/interop/python</c> with stubs made for it, and returns the JSON that it printed.</summary>
    public static async Task<JsonElement> PythonAsync(string script, params string[] arguments)
    {
        string stubs = Directory.CreateTempSubdirectory("identity-stubs-").FullName;
        try
        {
            string service = Checkout.PathOf("src", "IdentityGrpc.Server", "Protos", "grpc");
            await MakeStubsAsync(stubs, Checkout.PathOf("protos"), "identity/v1/identity.proto", "identity/v1/resolve.proto", "identity/v1/members.proto", "identity/v1/changes.proto", "identity/v1/identity_service.proto");
            await MakeStubsAsync(stubs, service, "health/v1/health.proto");
            await MakeStubsAsync(stubs, Checkout.PathOf("tests", "interop", "protos"), "rpc_status.proto");
            return Json(await ChildProcess.RunAsync(Python, ["-B", Checkout.PathOf("tests", "interop", "python", script), "--stubs", stubs, .. arguments], cancellationToken: Stop));
        }
        finally
        {
            Directory.Delete(stubs, recursive: true);
        }
    }

    /// <summary>Runs <c>buf curl</c> as a person would, with no proto files at hand.</summary>
    public static Task<ProcessResult> BufCurlAsync(params string[] arguments)
    {
        // Elsewhere than the source tree, whose buf.yaml it would read.
        return ChildProcess.RunAsync(Buf, ["curl", "--protocol", "grpc", "--http2-prior-knowledge", .. arguments],
            workingDirectory: Path.GetTempPath(), cancellationToken: Stop);
    }

    // buf brings the files of google.protobuf, which a package of protoc may lack.
    private static async Task MakeStubsAsync(string stubs, string protos, params string[] files)
    {
        string plugin = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(p => Path.Combine(p, "grpc_python_plugin")).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException("grpc_python_plugin is not there. Install what the tests need with: bash eng/install-test-tools.sh");
        string image = Path.Combine(stubs, "image.binpb");
        (await ChildProcess.RunAsync(Buf, ["build", protos, "-o", image], workingDirectory: stubs, cancellationToken: Stop)).Succeeded();
        string[] arguments = [$"--descriptor_set_in={image}", $"--python_out={stubs}", $"--grpc_python_out={stubs}", $"--plugin=protoc-gen-grpc_python={plugin}", .. files];
        (await ChildProcess.RunAsync("protoc", arguments, cancellationToken: Stop)).Succeeded();
    }

    private static string NodeModules => Path.Combine(Checkout.Root, "tests", "node_modules") is var path && Directory.Exists(path) ? path
        : throw new DirectoryNotFoundException("tests/node_modules is not there. Install what the tests need with: bash eng/install-test-tools.sh");

    private static JsonElement Json(ProcessResult result) => JsonDocument.Parse(result.Succeeded()).RootElement;
}
