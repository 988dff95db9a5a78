using System.Runtime.InteropServices;
using IdentityGrpc.Cli;

// The first Ctrl+C ends the run in good order; where something does not let go (a read from a terminal cannot be
// cancelled), the process ends two seconds later all the same.
using var interrupted = new CancellationTokenSource();
ITimer? lastCall = null;
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
{
    if (interrupted.IsCancellationRequested) return;
    signal.Cancel = true;
    lastCall = TimeProvider.System.CreateTimer(
        _ => Environment.Exit((int)ExitCode.Interrupted), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
    interrupted.Cancel();
});
using var surroundings = Surroundings.OfProcess();
var code = await Idctl.RunAsync(args, surroundings, interrupted.Token);
lastCall?.Dispose();
return (int)code;
