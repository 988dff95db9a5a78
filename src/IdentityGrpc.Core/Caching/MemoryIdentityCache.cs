using System.Collections.Concurrent;
using IdentityGrpc.Core.Caching.Compact;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Caching;

/// <summary>Keeps answers in this process, in at most <see cref="CacheOptions.MaxBytes"/>; how, is told at <c>CompactStore</c>.</summary>
public sealed class MemoryIdentityCache : IIdentityCache
{
    private const int MaxScopes = ushort.MaxValue;
    private readonly CompactStore _store;
    private readonly ConcurrentDictionary<AppTenant, ushort> _scopes = new();
    private readonly RecordReader<Cached<Person>> _readPerson;
    private readonly RecordReader<Cached<ContactMatch>> _readContact;

    /// <summary>Makes an empty cache.</summary>
    public MemoryIdentityCache(CacheOptions options) : this(options.MaxBytes, CompactStore.Indexes, CellArena.LargeChunk)
    {
    }

    internal MemoryIdentityCache(long maxBytes, int indexes, int chunkCells)
    {
        _store = new(maxBytes, indexes, chunkCells);
        _readPerson = ReadPerson;
        _readContact = ReadContact;
    }

    /// <inheritdoc/>
    public Cached<Person>? Find(PersonKey key) => _scopes.TryGetValue(key.Scope, out ushort scope) ? Find(scope, key.Scope, key.Id, key.IncludeResigned) : null;

    /// <inheritdoc/>
    public Cached<ContactMatch>? Find(ContactKey key) => _scopes.TryGetValue(key.Scope, out ushort scope) ? Find(scope, key.Contact, key.IdType, key.IncludeResigned) : null;

    /// <inheritdoc/>
    public void Find(AppTenant scope, ReadOnlySpan<PersonId> ids, bool includeResigned, Span<Cached<Person>?> found)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(found.Length, ids.Length);
        found.Clear();
        if (!_scopes.TryGetValue(scope, out ushort number)) return;
        for (int i = 0; i < ids.Length; i++) found[i] = Find(number, scope, ids[i], includeResigned);
    }

    /// <inheritdoc/>
    public void Find(AppTenant scope, ReadOnlySpan<ContactDigest> contacts, IdType idType, bool includeResigned, Span<Cached<ContactMatch>?> found)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(found.Length, contacts.Length);
        found.Clear();
        if (!_scopes.TryGetValue(scope, out ushort number)) return;
        for (int i = 0; i < contacts.Length; i++) found[i] = Find(number, contacts[i], idType, includeResigned);
    }

    /// <inheritdoc/>
    public void StorePerson(AppTenant scope, Person person, bool includeResigned, DateTimeOffset askedAt, PersonId? askedBy = null)
    {
        if (!TryNumber(scope, out ushort number)) return;
        bool leadsByUserId = person.Status is not (null or UserStatus.Resigned);
        var shape = Shape.Of(includeResigned, person.Status, leadsByUserId);
        Span<byte> payload = stackalloc byte[Record.MaxSize];
        int end = 0;
        foreach (var type in (ReadOnlySpan<IdType>)[IdType.OpenId, IdType.UnionId, IdType.UserId])
        {
            if (person.Id(type) is not { } id) continue;
            var form = IdText.Write(type, id, payload[end..], out int size);
            if (form == IdForm.Absent) return;
            shape = shape.With(type, form);
            end += size;
        }
        _store.Store(HeadOf(RecordKind.Person, number, askedAt, shape), payload[..end], null);

        if (askedBy is not { } asked || (person.Id(asked.Type) == asked.Value && (asked.Type != IdType.UserId || leadsByUserId))) return;
        CheckScope(scope, asked);
        var single = IdText.Write(asked.Type, asked.Value, payload[end..], out int more);
        if (single == IdForm.Absent) return;
        _store.Store(HeadOf(RecordKind.Person, number, askedAt, shape.WithSingle(asked.Type, single)), payload[..(end + more)], null);
    }

    /// <inheritdoc/>
    public void Store(PersonKey key, Failure failure, DateTimeOffset askedAt)
    {
        CheckScope(key.Scope, key.Id);
        if (!TryNumber(key.Scope, out ushort number)) return;
        Span<byte> payload = stackalloc byte[IdText.MaxSize + Record.FailureSize];
        var form = IdText.Write(key.Id.Type, key.Id.Value, payload, out int size);
        if (form == IdForm.Absent) return;
        var shape = Shape.Of(key.IncludeResigned).WithSingle(key.Id.Type, form);
        _store.Store(HeadOf(RecordKind.PersonMiss, number, askedAt, shape), payload[..(size + Record.FailureSize)], failure);
    }

    /// <inheritdoc/>
    public void Store(ContactKey key, Cached<ContactMatch> answer)
    {
        if (!TryNumber(key.Scope, out ushort number)) return;
        Span<byte> payload = stackalloc byte[Record.DigestSize + IdText.MaxSize];
        key.Contact.CopyTo(payload);
        var shape = Shape.Of(key.IncludeResigned, answer.Value?.Status);
        int size = Record.FailureSize;
        var form = IdForm.Absent;
        if (answer.Value is { } match && (form = IdText.Write(key.IdType, match.Id, payload[Record.DigestSize..], out size)) == IdForm.Absent) return;
        _store.Store(HeadOf(answer.Value is null ? RecordKind.ContactMiss : RecordKind.Contact, number, answer.AskedAt, shape.WithSingle(key.IdType, form)),
            payload[..(Record.DigestSize + size)], answer.Value is null ? answer.Failure ?? throw new ArgumentException("There is neither an answer nor a failure.", nameof(answer)) : null);
    }

    /// <inheritdoc/>
    public CacheFigures Figures() => _store.Figures();

    private Cached<Person>? Find(ushort number, AppTenant scope, PersonId id, bool includeResigned)
    {
        CheckScope(scope, id);
        Span<byte> bytes = stackalloc byte[IdText.MaxSize];
        var form = IdText.Write(id.Type, id.Value, bytes, out int size);
        return form == IdForm.Absent ? null : _store.Find(new RecordKey(false, number, id.Type, includeResigned, form, bytes[..size]), _readPerson);
    }

    private Cached<ContactMatch>? Find(ushort number, ContactDigest contact, IdType idType, bool includeResigned)
    {
        Span<byte> bytes = stackalloc byte[Record.DigestSize];
        contact.CopyTo(bytes);
        return _store.Find(new RecordKey(true, number, idType, includeResigned, IdForm.Absent, bytes), _readContact);
    }

    private Cached<Person> ReadPerson(in Record record, bool isHot) => record.IsMiss
        ? new(null, _store.FailureOf(record.Failure), record.AskedAt) { IsHot = isHot }
        : new(new()
        {
            OpenId = record.Id(IdType.OpenId)!,
            UnionId = record.Id(IdType.UnionId),
            UserId = record.Id(IdType.UserId),
            Status = record.Shape.Status,
        }, null, record.AskedAt) { IsHot = isHot };

    private Cached<ContactMatch> ReadContact(in Record record, bool isHot) => record.IsMiss
        ? new(null, _store.FailureOf(record.Failure), record.AskedAt) { IsHot = isHot }
        : new(new(record.IdOfContact!, record.Shape.Status), null, record.AskedAt) { IsHot = isHot };

    // A scope is an app of the configuration in one of its tenants; the bound is there lest a fault elsewhere fills the memory.
    private bool TryNumber(AppTenant scope, out ushort number)
    {
        if (_scopes.TryGetValue(scope, out number)) return true;
        lock (_scopes)
        {
            if (_scopes.Count == MaxScopes) return false;
            number = _scopes.GetOrAdd(scope, (ushort)_scopes.Count);
            return true;
        }
    }

    // An id means something in its own scope only: found in another, it would be another person's.
    private static void CheckScope(AppTenant scope, PersonId id)
    {
        if (id != PersonId.Of(scope, id.Type, id.Value)) throw new ArgumentException("The id is not of the scope that asks.", nameof(id));
    }

    private static Cell HeadOf(RecordKind kind, ushort scope, DateTimeOffset askedAt, Shape shape) =>
        new() { Kind = kind, Scope = scope, AskedAt = askedAt.UtcTicks, Shape = shape };
}
