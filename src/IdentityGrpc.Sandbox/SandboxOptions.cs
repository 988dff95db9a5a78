using Microsoft.Extensions.Options;

namespace IdentityGrpc.Sandbox;

/// <summary>The settings below <c>IdentityGrpc:Sandbox</c>, read and checked together.</summary>
internal sealed class SandboxOptions
{
    public const string Section = "IdentityGrpc:Sandbox";

    /// <value>The URL to listen on; port 0 takes any free one. Default <c>http://127.0.0.1:8090</c>.</value>
    public string Listen { get; private set; } = "http://127.0.0.1:8090";

    /// <value>People in all tenants together, at least nine in ten of them in the main one. Default 200, 40 to 5,000,000.</value>
    public int Users { get; private set; } = 200;

    /// <value>Departments of the main tenant below its root. Default 20, 3 to 200,000.</value>
    public int Departments { get; private set; } = 20;

    /// <value>The same seed makes the same people, ids and secrets. Default 1.</value>
    public long Seed { get; private set; } = 1;

    /// <value>Calls a second that every app may make of each API of tier 4. Default 50, from 1.</value>
    public int PerSecond { get; private set; } = 50;

    /// <value>Calls a minute that every app may make of each API of tier 4. Default 1,000, from 1.</value>
    public int PerMinute { get; private set; } = 1000;

    /// <value>How long a page token is good for, in seconds. Default 3,600, from 1.</value>
    public int PageTokenSeconds { get; private set; } = 3600;

    /// <value>Departments with more than this many descendants refuse recursion with 43010. Default 0: none does.</value>
    public int BigDepartment { get; private set; }

    public IReadOnlyList<KeyValuePair<string, string>> Switches { get; private set; } = [];

    /// <summary>Reads the section; every mistake in it is in the exception.</summary>
    /// <exception cref="OptionsValidationException">A key is not known, or a value is not of its kind or outside its limits.</exception>
    public static SandboxOptions Read(IConfiguration section)
    {
        List<string> mistakes = [];
        var options = Read(section, mistakes);
        return mistakes.Count == 0 ? options : throw new OptionsValidationException(Section, typeof(SandboxOptions), mistakes);
    }

    /// <summary>Reads the section and adds every mistake in it.</summary>
    public static SandboxOptions Read(IConfiguration section, List<string> mistakes)
    {
        var options = new SandboxOptions();
        foreach (var child in section.GetChildren())
        {
            switch (child.Key.ToUpperInvariant())
            {
                case "LISTEN": options.Listen = ReadUrl(child, mistakes); break;
                case "USERS": options.Users = (int)ReadNumber(child, 40, 5_000_000, mistakes); break;
                case "DEPARTMENTS": options.Departments = (int)ReadNumber(child, 3, 200_000, mistakes); break;
                case "SEED": options.Seed = ReadNumber(child, long.MinValue, long.MaxValue, mistakes); break;
                case "PERSECOND": options.PerSecond = (int)ReadNumber(child, 1, int.MaxValue, mistakes); break;
                case "PERMINUTE": options.PerMinute = (int)ReadNumber(child, 1, int.MaxValue, mistakes); break;
                case "PAGETOKENSECONDS": options.PageTokenSeconds = (int)ReadNumber(child, 1, int.MaxValue, mistakes); break;
                case "BIGDEPARTMENT": options.BigDepartment = (int)ReadNumber(child, 0, int.MaxValue, mistakes); break;
                case "SWITCHES": options.Switches = ReadSwitches(child, mistakes); break;
                case "ENABLED" or "ATTACH" or "EVENTS": break; // The server's own: whether and where a sandbox runs, and whether it takes its events.
                default: mistakes.Add($"{child.Path}: there is no such setting."); break;
            }
        }

        return options;
    }

    private static string ReadUrl(IConfigurationSection setting, List<string> mistakes)
    {
        var text = setting.Value ?? "";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp || url.PathAndQuery != "/")
        {
            mistakes.Add($"{setting.Path}: '{text}' is not an http URL without a path, such as http://127.0.0.1:8090.");
        }

        return text;
    }

    private static long ReadNumber(IConfigurationSection setting, long least, long most, List<string> mistakes)
    {
        if (long.TryParse(setting.Value, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        mistakes.Add($"{setting.Path}: '{setting.Value}' is not a whole number from {least} to {most}.");
        return least;
    }

    private static List<KeyValuePair<string, string>> ReadSwitches(IConfigurationSection section, List<string> mistakes)
    {
        var trial = new Gateway.Switches();
        List<KeyValuePair<string, string>> switches = [];
        foreach (var setting in section.GetChildren())
        {
            if (trial.Set(setting.Key, setting.Value ?? "") is { } mistake)
            {
                mistakes.Add($"{setting.Path}: {mistake}");
            }

            switches.Add(new(setting.Key, setting.Value ?? ""));
        }

        return switches;
    }
}
