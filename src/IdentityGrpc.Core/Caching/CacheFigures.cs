namespace IdentityGrpc.Core.Caching;

/// <summary>What a cache holds and how it has fared since the start.</summary>
/// <param name="Bytes">Memory taken for cells and indexes, whether filled or not.</param>
/// <param name="MaxBytes">The most that it may take.</param>
/// <param name="People">People found by an id.</param>
/// <param name="PersonMisses">Ids without an answer.</param>
/// <param name="Contacts">Contacts and the ids behind them.</param>
/// <param name="ContactMisses">Contacts without an answer.</param>
public sealed record CacheFigures(long Bytes, long MaxBytes, CacheKindFigures People, CacheKindFigures PersonMisses, CacheKindFigures Contacts, CacheKindFigures ContactMisses);

/// <summary>The figures of one kind of answer.</summary>
/// <param name="Entries">Answers kept at present; a person is one, by however many ids they are found.</param>
/// <param name="Bytes">The bytes that these fill.</param>
/// <param name="Hits">Look-ups that found an answer of the kind, whether it was fresh or not.</param>
/// <param name="Misses">Look-ups that found nothing; they count for <see cref="CacheFigures.People"/> and <see cref="CacheFigures.Contacts"/>.</param>
/// <param name="Evictions">Answers that had to make room.</param>
public sealed record CacheKindFigures(long Entries, long Bytes, long Hits, long Misses, long Evictions);
