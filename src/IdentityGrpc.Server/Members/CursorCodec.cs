using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Server.Operations;

namespace IdentityGrpc.Server.Members;

/// <summary>What a cursor stands for.</summary>
/// <param name="Position">Where the walk stands.</param>
/// <param name="Shown">The profile fields that somebody has shown so far.</param>
internal sealed record Resumption(WalkPosition Position, ProfileFields Shown);

/// <summary>Why a cursor is of no use.</summary>
internal enum CursorProblem
{
    /// <summary>It is of use.</summary>
    None,

    /// <summary>It was not made here, or was changed.</summary>
    Forged,

    /// <summary>It belongs to another request.</summary>
    OfAnotherRequest,

    /// <summary>It was made too long ago.</summary>
    TooOld,
}

/// <summary>Writes and reads cursors: signed with the app's key, bound to the request, app and tenant they were made for, good for a limited time.</summary>
internal sealed class CursorCodec(AppKeys keys, MembersOptions options, TimeProvider time)
{
    private const int HashLength = 16, MaxLength = 64 << 10;
    private const string Purpose = "identity-grpc/cursor";

    /// <summary>The cursor for a position.</summary>
    public string Write(AppTenant scope, V1.StreamDepartmentMembersRequest request, WalkPosition at, ProfileFields shown)
    {
        var cursor = CursorWriter.Cursor(at);
        cursor.Request = ByteString.CopyFrom(HashOf(request, scope));
        cursor.MadeAt = time.GetUtcNow().ToUnixTimeSeconds();
        cursor.Shown = (int)shown;
        return keys.Seal(scope.App, Purpose, cursor.ToByteArray());
    }

    /// <summary>What the request's cursor stands for; null with the problem where it may not be used for it.</summary>
    public Resumption? Read(AppTenant scope, V1.StreamDepartmentMembersRequest request, out CursorProblem problem)
    {
        problem = CursorProblem.Forged;
        if (keys.Open(scope.App, Purpose, request.Cursor, MaxLength) is not { } payload) return null;
        var cursor = WalkCursor.Parser.ParseFrom(payload);
        problem = !cursor.Request.Span.SequenceEqual(HashOf(request, scope)) ? CursorProblem.OfAnotherRequest
            : time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(cursor.MadeAt) > options.CursorLifetime ? CursorProblem.TooOld
            : CursorProblem.None;
        return problem == CursorProblem.None ? new(CursorWriter.Position(cursor), (ProfileFields)cursor.Shown) : null;
    }

    private static byte[] HashOf(V1.StreamDepartmentMembersRequest request, AppTenant scope)
    {
        var bound = request.Clone();
        bound.Cursor = "";
        bound.BatchSize = 0;
        bound.TenantKey = scope.Tenant.Value;
        return SHA256.HashData([.. bound.ToByteArray(), .. Encoding.UTF8.GetBytes(scope.App.Value)])[..HashLength];
    }
}
