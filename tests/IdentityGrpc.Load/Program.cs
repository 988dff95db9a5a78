using System.CommandLine;
using IdentityGrpc.Load.Batching;
using IdentityGrpc.Load.Caching;
using IdentityGrpc.Load.Members;

// Figures of the real thing: the sandbox and the service as processes, over real sockets. Bounded in count and time.
var root = new RootCommand("Measures the service against the sandbox. Each command prints its figures and fails where an answer is wrong.")
{
    PackingCommand.Create(),
    LoneCallerCommand.Create(),
    ThroughputCommand.Create(),
    PriorityCommand.Create(),
    CancellationCommand.Create(),
    SdkCommand.Create(),
    MembersCommand.Create(),
    CacheCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
