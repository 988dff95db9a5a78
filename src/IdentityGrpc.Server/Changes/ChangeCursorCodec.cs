using Google.Protobuf;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Server.Operations;

namespace IdentityGrpc.Server.Changes;

/// <summary>Writes and reads the cursors of watches: signed with the app's key and bound to the tenant. Their age is not judged: the log knows what it still holds.</summary>
internal sealed class ChangeCursorCodec(AppKeys keys)
{
    private const int MaxLength = 1024;
    private const string Purpose = "identity-grpc/change-cursor";

    /// <summary>The cursor for a place.</summary>
    public string Write(AppTenant scope, ChangePosition at) => keys.Seal(scope.App, Purpose,
        new ChangeCursor { Tenant = scope.Tenant.Value, Log = unchecked((ulong)at.Log), Major = at.Major, Minor = at.Minor }.ToByteArray());

    /// <summary>The place; null where the cursor was not made here for the app and tenant, or was changed.</summary>
    public ChangePosition? Read(AppTenant scope, string text)
    {
        if (keys.Open(scope.App, Purpose, text, MaxLength) is not { } payload) return null;
        var cursor = ChangeCursor.Parser.ParseFrom(payload);
        return cursor.Tenant == scope.Tenant.Value ? new(unchecked((long)cursor.Log), cursor.Major, cursor.Minor) : null;
    }
}
