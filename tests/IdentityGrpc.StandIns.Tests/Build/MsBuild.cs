using System.Diagnostics;
using System.Text.Json;

namespace IdentityGrpc.StandIns.Tests.Build;

/// <summary>Asks MSBuild what a project consists of, without building it.</summary>
internal static class MsBuild
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>Evaluates a project both ways, with stand-ins and without.</summary>
    public static async Task<(EvaluatedProject With, EvaluatedProject Without)> EvaluateBothAsync(
        string project, CancellationToken cancellationToken)
    {
        var both = await Task.WhenAll(
            EvaluateAsync(project, useStandIns: true, cancellationToken),
            EvaluateAsync(project, useStandIns: false, cancellationToken));
        return (both[0], both[1]);
    }

    public static async Task<EvaluatedProject> EvaluateAsync(
        string project, bool useStandIns, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                "msbuild",
                project,
                $"-p:UseStandIns={(useStandIns ? "true" : "false")}",
                "-getItem:ProjectReference,PackageReference,PackageVersion",
                "-getProperty:IsPackable,IsPublishable,NoWarn",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken).WaitAsync(s_limit, cancellationToken);
        await process.WaitForExitAsync(cancellationToken).WaitAsync(s_limit, cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"MSBuild cannot evaluate {project}:\n{output}\n{await error}");
        }

        return EvaluatedProject.Parse(output);
    }
}

/// <summary>The references of a project, the versions that packages are pinned to, and the values of properties.</summary>
internal sealed record EvaluatedProject(
    IReadOnlyList<string> Projects,
    IReadOnlyList<string> Packages,
    IReadOnlyDictionary<string, string> Versions,
    IReadOnlyDictionary<string, string> Values)
{
    public static EvaluatedProject Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var items = document.RootElement.GetProperty("Items");
        return new EvaluatedProject(
            [.. Items("ProjectReference").Select(item => Path.GetFileNameWithoutExtension(Identity(item)))],
            [.. Items("PackageReference").Select(Identity)],
            Items("PackageVersion").ToDictionary(Identity, item => item.GetProperty("Version").GetString()!),
            document.RootElement.GetProperty("Properties").EnumerateObject()
                .ToDictionary(property => property.Name, property => property.Value.GetString()!));

        JsonElement.ArrayEnumerator Items(string kind) => items.GetProperty(kind).EnumerateArray();

        string Identity(JsonElement item) => item.GetProperty("Identity").GetString()!;
    }
}
