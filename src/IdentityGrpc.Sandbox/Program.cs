using IdentityGrpc.Sandbox;
using Microsoft.Extensions.Options;

var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
try
{
    await using var app = SandboxApplication.Build(
        configuration.GetSection(SandboxOptions.Section),
        TimeProvider.System,
        logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning),
        ownsProcess: true);
    await app.StartAsync();
    var url = app.Urls.First();
    Console.WriteLine($"The sandbox listens on {url}. Its people, and all their ids:\n  curl '{url}/sandbox/v1/users?limit=5'");
    await app.WaitForShutdownAsync();
    return 0;
}
catch (OptionsValidationException e)
{
    foreach (var mistake in e.Failures)
    {
        Console.Error.WriteLine(mistake);
    }

    return 2;
}
