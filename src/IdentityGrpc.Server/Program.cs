using System.Net.Sockets;
using IdentityGrpc.Server.Operations;
using Microsoft.Extensions.Options;

try
{
    await using var host = await IdentityServerHost.StartAsync(args);
    Console.WriteLine(Banner.Of(host));
    await host.WaitForShutdownAsync();
    return 0;
}
catch (OptionsValidationException mistakes)
{
    Console.Error.WriteLine("IdentityGrpc does not start, since its configuration has mistakes:");
    foreach (string mistake in mistakes.Failures) Console.Error.WriteLine($"  {mistake}");
    return 2;
}
catch (Exception e) when (e is IOException or SocketException)
{
    Console.Error.WriteLine($"IdentityGrpc does not start: {e.Message}");
    return 3;
}
