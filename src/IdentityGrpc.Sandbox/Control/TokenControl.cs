namespace IdentityGrpc.Sandbox.Control;

/// <summary>Ends all tokens, or those of <c>?app=</c>, at once: the platform cannot, but clients must survive 99991663.</summary>
internal static class TokenControl
{
    public static bool Revoke(ControlCall call)
    {
        var name = (string?)call.Query["app"];
        if (!string.IsNullOrEmpty(name) && call.FindApp(name) is null)
        {
            return true;
        }

        call.Platform.Tokens.Revoke(grant => string.IsNullOrEmpty(name) || grant.Installation.App.Name == name);
        return Done.Write(call);
    }
}
