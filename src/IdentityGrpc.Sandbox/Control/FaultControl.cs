using System.Text.Json;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Control;

/// <summary>Adds a fault for one API or all, one app or all; lists them; removes all.</summary>
internal static class FaultControl
{
    private static readonly string[] Kinds = [.. Enum.GetNames<FaultKind>().Select(name => name.ToLowerInvariant())];
    private static readonly string[] Bodies = ["json", "html", "empty"];

    public static bool WriteAll(ControlCall call)
    {
        var writer = call.Writer;
        writer.WriteStartObject();
        writer.WriteStartArray("faults"u8);
        foreach (var fault in call.Platform.Faults.Current)
        {
            Write(writer, fault);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        return true;
    }

    public static bool Add(ControlCall call)
    {
        call.Knows("api", "app", "kind", "latency_ms", "status", "code", "reset_seconds", "at", "body", "probability", "times");
        var kind = call.Text("kind");
        var index = Array.IndexOf(Kinds, kind);
        if (index < 0)
        {
            call.Mistakes.Add($"kind: '{kind}' is none of {string.Join(", ", Kinds)}.");
        }

        var api = call.Text("api");
        if (api is not null && ApiCatalog.All.All(known => known.Name != api))
        {
            call.Mistakes.Add($"api: there is no API '{api}'; names are as 'GET /open-apis/contact/v3/users/:user_id'.");
        }

        var app = call.Text("app");
        if (app is not null)
        {
            call.FindApp(app);
        }

        var fault = new Fault
        {
            Api = api,
            App = app,
            Kind = (FaultKind)Math.Max(0, index),
            LatencyMs = call.Number("latency_ms", 0, 86_400_000) ?? 0,
            Status = call.Number("status", 200, 599),
            Code = call.Number("code", 1, int.MaxValue),
            ResetSeconds = call.Number("reset_seconds", 0, 86_400),
            InBody = OneOf(call, "at", "headers", ["headers", "body"]) == "body",
            Body = OneOf(call, "body", "json", Bodies),
            Probability = Probability(call),
            Times = call.Number("times", 1, int.MaxValue),
        };
        if (index >= 0)
        {
            CheckNeeds(call, fault);
        }

        if (call.Mistakes.Count > 0)
        {
            return true;
        }

        if (!call.Platform.Faults.TryAdd(fault))
        {
            call.Mistakes.Add("There are too many faults; DELETE removes them.");
            return true;
        }

        return Done.Write(call);
    }

    public static bool Clear(ControlCall call)
    {
        call.Platform.Faults.Clear();
        return Done.Write(call);
    }

    private static void CheckNeeds(ControlCall call, Fault fault)
    {
        var missing = fault.Kind switch
        {
            FaultKind.Latency when fault.LatencyMs == 0 => "latency_ms",
            FaultKind.Status when fault.Status is null => "status",
            FaultKind.Code when fault.Code is null => "code",
            _ => null,
        };
        if (missing is not null)
        {
            call.Mistakes.Add($"{missing}: a fault of kind {Kinds[(int)fault.Kind]} needs it.");
        }
    }

    private static string OneOf(ControlCall call, string name, string otherwise, string[] allowed)
    {
        var value = call.Text(name) ?? otherwise;
        if (!allowed.Contains(value))
        {
            call.Mistakes.Add($"{name}: '{value}' is none of {string.Join(", ", allowed)}.");
        }

        return value;
    }

    private static double Probability(ControlCall call)
    {
        if (call.Member("probability") is not { } value)
        {
            return 1;
        }

        if (value.ValueKind == JsonValueKind.Number && value.GetDouble() is > 0 and <= 1 and var probability)
        {
            return probability;
        }

        call.Mistakes.Add("probability: it is not a number above 0, at most 1.");
        return 1;
    }

    private static void Write(Utf8JsonWriter writer, Fault fault)
    {
        writer.WriteStartObject();
        writer.WriteString("api"u8, fault.Api);
        writer.WriteString("app"u8, fault.App);
        writer.WriteString("kind"u8, Kinds[(int)fault.Kind]);
        writer.WriteNumber("latency_ms"u8, fault.LatencyMs);
        writer.WriteNumber("probability"u8, fault.Probability);
        if (fault.Times is { } times)
        {
            writer.WriteNumber("times"u8, times);
        }

        writer.WriteEndObject();
    }
}
