using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Load.Batching;

/// <summary>The same work by the official Node SDK, key by key and 50 by hand, and by the service.</summary>
internal static class SdkCommand
{
    public static Command Create()
    {
        var keys = new Option<int>("--keys") { Description = "Distinct e-mails.", DefaultValueFactory = _ => 2_000 };
        var command = new Command("sdk", "The same lookups by the official Node SDK and by the service, side by side.") { keys };
        command.SetAction((parse, cancellation) => RunAsync(parse.GetValue(keys), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int keys, CancellationToken cancellation)
    {
        var figures = new Figures($"{keys:N0} distinct e-mails against 50 calls a second and 1,000 a minute, scaled up 4 times");
        foreach (string mode in (string[])["each", "fifty"])
        {
            await using var bed = await BedAsync();
            string file = Path.GetTempFileName();
            await File.WriteAllLinesAsync(file, (await bed.People.ReadAsync(keys, cancellation)).Select(p => p.Email), cancellation);
            var app = await bed.Truth.AppAsync("default", cancellation);
            string output = (await ChildProcess.RunAsync("node", [Checkout.PathOf("tests", "interop", "node", "sdk-lookups.mjs"), bed.Sandbox.Url.ToString(),
                app.AppId, app.AppSecret, mode, file], cancellationToken: cancellation)).Succeeded();
            File.Delete(file);
            var result = JsonDocument.Parse(output.Split('\n').Last(l => l.StartsWith('{'))).RootElement;
            await ReportAsync(bed, mode == "each" ? "Node SDK, key by key" : "Node SDK, 50 by hand", result.GetProperty("seconds").GetDouble(), result.GetProperty("answered").GetInt32());
        }
        await using (var bed = await BedAsync())
        {
            var people = await bed.People.ReadAsync(keys, cancellation);
            var client = bed.Client();
            var clock = Stopwatch.StartNew();
            var answers = await Task.WhenAll(people.Select(p => client.ResolveByContactAsync(
                new() { App = "default", Contacts = { new Contact { Email = p.Email } }, IdTypes = { IdType.OpenId } }, cancellationToken: cancellation).ResponseAsync));
            await ReportAsync(bed, "service, key by key", clock.Elapsed.TotalSeconds, answers.Where((a, i) => a.Resolutions[0].Identity?.OpenId == people[i].OpenId).Count());
        }
        return figures.Print();

        Task<LoadBed> BedAsync() => LoadBed.StartAsync(keys * 2 + 1_000, 200, 4_000, cancellationToken: cancellation);

        async Task ReportAsync(LoadBed bed, string who, double seconds, int answered)
        {
            var (calls, _, throttled) = await bed.CallsAsync("users/batch_get_id", cancellation);
            figures.Add($"{who}: seconds", Figures.Number(seconds));
            figures.Add($"{who}: upstream calls / throttled", string.Create(CultureInfo.InvariantCulture, $"{calls:N0} / {throttled:N0}"));
            figures.Add($"{who}: unanswered", keys - answered, 0);
        }
    }
}
