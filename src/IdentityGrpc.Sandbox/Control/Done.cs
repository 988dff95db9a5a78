namespace IdentityGrpc.Sandbox.Control;

/// <summary>The answer of calls that have nothing to tell.</summary>
internal static class Done
{
    public static bool Write(ControlCall call)
    {
        call.Writer.WriteStartObject();
        call.Writer.WriteEndObject();
        return true;
    }
}
