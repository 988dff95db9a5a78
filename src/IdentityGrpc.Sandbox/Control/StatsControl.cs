using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Control;

/// <summary>What each app did with each API since the start or the last reset.</summary>
internal static class StatsControl
{
    public static bool WriteAll(ControlCall call)
    {
        var writer = call.Writer;
        writer.WriteStartObject();
        writer.WriteStartArray("calls"u8);
        foreach (var app in call.Platform.Apps)
        {
            foreach (var installation in app.Installations.Append(app.Nowhere))
            {
                foreach (var api in ApiCatalog.All)
                {
                    if (installation.MeterOrNone(api.Index)?.Counts is not { Calls: > 0 } counts)
                    {
                        continue;
                    }

                    writer.WriteStartObject();
                    writer.WriteString("api"u8, api.Name);
                    writer.WriteString("app"u8, app.Name);
                    writer.WriteString("tenant_key"u8, installation.TenantKey);
                    writer.WriteNumber("calls"u8, counts.Calls);
                    writer.WriteNumber("keys"u8, counts.Keys);
                    writer.WriteNumber("throttled"u8, counts.Throttled);
                    writer.WriteNumber("faults"u8, counts.Faults);
                    writer.WriteEndObject();
                }
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        return true;
    }

    public static bool Reset(ControlCall call)
    {
        foreach (var installation in call.Platform.Apps.SelectMany(app => app.Installations.Append(app.Nowhere)))
        {
            foreach (var api in ApiCatalog.All)
            {
                installation.MeterOrNone(api.Index)?.Reset();
            }
        }

        return Done.Write(call);
    }
}
