namespace IdentityGrpc.Sandbox.Control;

/// <summary>Reads and sets the switches of reference §11, and from how many descendants a department is big (43010).</summary>
internal static class SwitchControl
{
    private const string BigDepartment = "BigDepartment";

    public static bool WriteAll(ControlCall call)
    {
        var writer = call.Writer;
        writer.WriteStartObject();
        foreach (var (name, setting) in call.Platform.Switches.Current)
        {
            writer.WriteString(name, setting);
        }

        writer.WriteNumber(BigDepartment, call.Platform.BigDepartment);
        writer.WriteEndObject();
        return true;
    }

    public static bool Put(ControlCall call)
    {
        call.Knows([.. call.Platform.Switches.Current.Select(pair => pair.Key), BigDepartment]);
        var big = call.Number(BigDepartment, 0, int.MaxValue);
        var wanted = call.Platform.Switches.Current.Where(pair => call.Has(pair.Key)).Select(pair => (pair.Key, Setting: call.Text(pair.Key) ?? "")).ToList();
        var trial = new Gateway.Switches();
        call.Mistakes.AddRange(wanted.Select(pair => trial.Set(pair.Key, pair.Setting)).OfType<string>());
        if (call.Mistakes.Count > 0)
        {
            return true;
        }

        foreach (var (name, setting) in wanted)
        {
            call.Platform.Switches.Set(name, setting);
        }

        call.Platform.BigDepartment = big ?? call.Platform.BigDepartment;
        return WriteAll(call);
    }
}
