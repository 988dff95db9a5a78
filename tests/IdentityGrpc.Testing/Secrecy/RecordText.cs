using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;

namespace IdentityGrpc.Testing;

/// <summary>The text of what is not text.</summary>
internal static class RecordText
{
    public static string Of(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder(instrument.Name);
        foreach (var (name, value) in tags) text.Append(' ').Append(name).Append('=').Append(value);
        return text.ToString();
    }

    public static string Of(Activity activity)
    {
        var text = new StringBuilder($"{activity.Source.Name} {activity.OperationName} {activity.DisplayName} {activity.StatusDescription}");
        foreach (var (name, value) in activity.TagObjects) text.Append(' ').Append(name).Append('=').Append(value);
        foreach (var (name, value) in activity.Baggage) text.Append(' ').Append(name).Append('=').Append(value);
        foreach (var happened in activity.Events)
        {
            text.Append(' ').Append(happened.Name);
            foreach (var (name, value) in happened.Tags) text.Append(' ').Append(name).Append('=').Append(value);
        }
        return text.ToString();
    }

    public static string Of(Exception exception)
    {
        var text = new StringBuilder();
        for (Exception? e = exception; e is not null; e = e.InnerException) text.Append(e.GetType().Name).Append(": ").Append(e.Message).Append(' ');
        return text.ToString();
    }

    /// <summary>Whether a test itself has thrown it: what a test says about made-up people is nobody's secret.</summary>
    public static bool IsOfTests(Exception exception) =>
        exception.TargetSite?.Module.Assembly.GetName().Name is { } thrower
        && (thrower.EndsWith(".Tests", StringComparison.Ordinal) || thrower.StartsWith("IdentityGrpc.Testing", StringComparison.Ordinal) || thrower.StartsWith("xunit", StringComparison.Ordinal));
}
