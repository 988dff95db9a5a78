using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace IdentityGrpc.Sandbox.Tests.Documentation;

/// <summary><c>docs/sandbox.md</c>: every command works, and gives what is printed below it.</summary>
public partial class SandboxGuideTests
{
    private const string End = "@@@ end of block @@@";
    private static readonly string s_guide = File.ReadAllText(Checkout.PathOf("docs", "sandbox.md"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_RunInTurn_GiveWhatIsPrinted()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        List<(string Script, string? Printed)> blocks = [];
        foreach (Match block in Block().Matches(s_guide))
        {
            var (language, text) = (block.Groups[1].Value, block.Groups[2].Value);
            if (language == "json")
            {
                blocks[^1] = blocks[^1] with { Printed = text };
            }
            else if (!text.StartsWith("dotnet run", StringComparison.Ordinal))
            {
                blocks.Add((Address().Replace(text, $"S={sandbox.Http.BaseAddress!.GetLeftPart(UriPartial.Authority)}"), null));
            }
        }

        var outputs = (await RunAsync(string.Join($"\necho '{End}'\n", blocks.Select(block => block.Script)))).Split(End);
        Assert.Equal(blocks.Count, outputs.Length);
        Assert.All(blocks.Zip(outputs).Where(pair => pair.First.Printed is not null), pair =>
        {
            var (printed, given) = (Values(pair.First.Printed!), Values(pair.Second));
            Assert.True(printed.Count == given.Count && printed.Zip(given).All(values => JsonElement.DeepEquals(values.First, values.Second)), $"{pair.First.Script}\ngives\n{pair.Second}");
        });
    }

    [Fact]
    public async Task Switches_HaveTheDefaultsAndSettingsOfTheTable()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var rows = Switch().Matches(s_guide).ToDictionary(row => row.Groups[1].Value, row => (Standard: row.Groups[2].Value, Other: row.Groups[3].Value));
        var current = (await sandbox.GetAsync("/sandbox/v1/switches")).Json.EnumerateObject().Where(value => value.Value.ValueKind == JsonValueKind.String);
        Assert.Equal(current.ToDictionary(value => value.Name, value => value.Value.GetString()), rows.ToDictionary(row => row.Key, row => (string?)row.Value.Standard));
        var changed = await sandbox.SendAsync(HttpMethod.Put, "/sandbox/v1/switches", null, rows.ToDictionary(row => row.Key, row => row.Value.Other));
        Assert.Equal(200, changed.Status);
    }

    private static async Task<string> RunAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var shell = Process.Start(start)!;
        await shell.StandardInput.WriteAsync(script.AsMemory(), Cancellation);
        shell.StandardInput.Close();
        var error = shell.StandardError.ReadToEndAsync(Cancellation);
        var output = await shell.StandardOutput.ReadToEndAsync(Cancellation);
        await shell.WaitForExitAsync(Cancellation);
        Assert.True(shell.ExitCode == 0, $"{output}\n{await error}");
        return output;
    }

    private static List<JsonElement> Values(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true });
        List<JsonElement> values = [];
        while (reader.Read())
        {
            values.Add(JsonElement.ParseValue(ref reader));
        }

        return values;
    }

    [GeneratedRegex(@"^```(sh|json)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^S=\S+$", RegexOptions.Multiline)]
    private static partial Regex Address();

    [GeneratedRegex(@"^\| `(U\d+|CrossAppIds)` \| `(\w+)` \| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Switch();
}
