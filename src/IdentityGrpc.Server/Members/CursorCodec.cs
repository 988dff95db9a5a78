using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Server.Operations;

namespace IdentityGrpc.Server.Members;

/// <summary>Writes and reads cursors: signed with the app's key, bound to the request they were made for.</summary>
internal sealed class CursorCodec(AppKeys keys)
{
    private const int MacLength = 16;

    /// <summary>The cursor for a position.</summary>
    public string Write(AppTenant scope, V1.StreamDepartmentMembersRequest request, WalkPosition at)
    {
        var cursor = new WalkCursor
        {
            Request = ByteString.CopyFrom(HashOf(request, scope)),
            Department = at.Department,
            Offset = at.Offset,
            DepartmentsDone = at.DepartmentsDone,
            Sent = at.Sent,
            Skipped = { at.Skipped.Select(s => new SkippedEntry { Department = s.Department, Reason = (int)s.Failure.Reason, Message = s.Failure.Message }) },
        };
        if (at.PageToken is not null) cursor.PageToken = at.PageToken;
        byte[] payload = cursor.ToByteArray();
        return Base64Url.EncodeToString([.. Sign(scope, payload), .. payload]);
    }

    /// <summary>The position that a cursor stands for; null, with what is wrong with it, where it may not be used for the request.</summary>
    public WalkPosition? Read(AppTenant scope, V1.StreamDepartmentMembersRequest request, out string? problem)
    {
        problem = "is not a cursor of this service, or has been changed.";
        if (!Base64Url.IsValid(request.Cursor)) return null;
        byte[] bytes = Base64Url.DecodeFromChars(request.Cursor);
        if (bytes.Length < MacLength || !CryptographicOperations.FixedTimeEquals(Sign(scope, bytes[MacLength..]), bytes.AsSpan(0, MacLength))) return null;
        var cursor = WalkCursor.Parser.ParseFrom(bytes, MacLength, bytes.Length - MacLength);
        problem = cursor.Request.Span.SequenceEqual(HashOf(request, scope)) ? null : "was made for another request; only batch_size may differ.";
        return problem is not null ? null : new(cursor.Department, cursor.HasPageToken ? cursor.PageToken : null, cursor.Offset, cursor.DepartmentsDone,
            cursor.Sent, [.. cursor.Skipped.Select(s => new SkippedDepartment(s.Department, new Failure((FailureReason)s.Reason, s.Message)))]);
    }

    private byte[] Sign(AppTenant scope, byte[] payload) =>
        HMACSHA256.HashData(keys.For(scope.App, "identity-grpc/cursor"), payload)[..MacLength];

    private static byte[] HashOf(V1.StreamDepartmentMembersRequest request, AppTenant scope)
    {
        var bound = request.Clone();
        bound.Cursor = "";
        bound.BatchSize = 0;
        bound.TenantKey = scope.Tenant.Value;
        return SHA256.HashData([.. bound.ToByteArray(), .. Encoding.UTF8.GetBytes(scope.App.Value)])[..MacLength];
    }
}
