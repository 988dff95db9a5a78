using System.CommandLine;
using IdentityGrpc.Chaos;
using IdentityGrpc.Chaos.RedisFaults;
using Spectre.Console;

// The services' own log would stand between the tables; the record hears it all the same.
Environment.SetEnvironmentVariable("Logging__Console__LogLevel__Default", "None");
var console = AnsiConsole.Console;
// In a file or pipe, wide enough for a row on a line.
if (Console.IsOutputRedirected) (console.Profile.Width, console.Profile.Capabilities.Ansi) = (260, false);
var root = new RootCommand("Breaks the platform or the Redis under the service, or changes the platform all the time, and looks what callers get.") { new FaultsCommand(console).Build(), new StalenessCommand(console).Build(), new RedisFaultsCommand(console).Build() };
return await root.Parse(args).InvokeAsync();
