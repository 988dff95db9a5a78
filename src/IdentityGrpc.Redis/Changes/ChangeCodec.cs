using Google.Protobuf;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Redis.Changes;

/// <summary>Changes as bytes.</summary>
internal static class ChangeCodec
{
    public static byte[] Write(Change change)
    {
        var logged = new LoggedChange { EventId = change.EventId, Kind = (int)change.Kind, Tenant = change.Tenant.Value, Ends = Write(change.Ends) };
        if (change.ToldTo is { } app) logged.ToldTo = app.Value;
        if (change.OccurredAt is { } at) logged.OccurredAt = at.ToUnixTimeMilliseconds();
        logged.People.AddRange(change.People.Select(Write));
        logged.Departments.AddRange(change.Departments);
        return logged.ToByteArray();
    }

    /// <summary>The change; null: the bytes are damaged, or say what this version does not understand.</summary>
    public static Change? Read(byte[] bytes)
    {
        LoggedChange logged;
        try
        {
            logged = LoggedChange.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
        bool isWhole = logged.Ends is { } ends && Enum.IsDefined((ChangeKind)logged.Kind) && logged.People.Concat(ends.People).All(id => Enum.IsDefined((IdType)id.Type))
            && ends.Contacts.All(c => c.Length == ContactDigest.Length);
        if (!isWhole) return null;
        return new()
        {
            EventId = logged.EventId,
            Kind = (ChangeKind)logged.Kind,
            Tenant = new(logged.Tenant),
            ToldTo = logged.HasToldTo ? new AppId(logged.ToldTo) : null,
            OccurredAt = logged.HasOccurredAt ? DateTimeOffset.FromUnixTimeMilliseconds(logged.OccurredAt) : null,
            People = [.. logged.People.Select(Read)],
            Departments = [.. logged.Departments],
            Ends = Read(logged.Ends!),
        };
    }

    private static LoggedEnds Write(Ends ends)
    {
        var logged = new LoggedEnds();
        if (ends.MissesOf is { } tenant) logged.MissesOf = tenant.Value;
        if (ends.DepartmentsOf is { } company) logged.DepartmentsOf = company.Value;
        logged.People.AddRange(ends.People.Select(Write));
        logged.Contacts.AddRange(ends.Contacts.Select(Write));
        logged.ContactsOf.AddRange(ends.ContactsOf.Select(Write));
        logged.Scopes.AddRange(ends.Scopes.Select(Write));
        return logged;
    }

    private static Ends Read(LoggedEnds logged) => new()
    {
        People = [.. logged.People.Select(Read)],
        Contacts = [.. logged.Contacts.Select(c => ContactDigest.From(c.Span))],
        ContactsOf = [.. logged.ContactsOf.Select(Read)],
        MissesOf = logged.HasMissesOf ? new TenantKey(logged.MissesOf) : null,
        DepartmentsOf = logged.HasDepartmentsOf ? new TenantKey(logged.DepartmentsOf) : null,
        Scopes = [.. logged.Scopes.Select(Read)],
    };

    private static LoggedId Write(PersonId id) => new() { Type = (int)id.Type, Value = id.Value, Issuer = id.Issuer, Tenant = id.Tenant.Value };

    // Each kind of id takes its own of the two issuers.
    private static PersonId Read(LoggedId id) => PersonId.Of(new(new(id.Issuer), new(id.Issuer), new(id.Tenant)), (IdType)id.Type, id.Value);

    private static LoggedScope Write(AppTenant scope) => new() { App = scope.App.Value, Provider = scope.Provider.Value, Tenant = scope.Tenant.Value };

    private static AppTenant Read(LoggedScope scope) => new(new(scope.App), new(scope.Provider), new(scope.Tenant));

    private static ByteString Write(ContactDigest contact)
    {
        Span<byte> bytes = stackalloc byte[ContactDigest.Length];
        contact.CopyTo(bytes);
        return ByteString.CopyFrom(bytes);
    }
}
