using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Redis.Caching;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Changes;

/// <summary>
/// The log of changes in Redis: one stream, its end, and which log it is. Each answer also tells the time, for the <see cref="RedisClock"/>.
/// </summary>
internal sealed class ChangeLog(RedisConnection connection, RedisKeys keys, RedisClock clock, Lifetimes lifetimes, RedisOptions options, TimeProvider time)
{
    // The platform sends an event again for up to 7 hours (reference §7.4).
    private static readonly TimeSpan s_remembered = TimeSpan.FromHours(9);

    private static readonly string s_publish = RedisScript.Of("changes.log", "changes.publish"), s_read = RedisScript.Of("changes.log", "changes.read");

    // Between two changes of one millisecond.
    private const int MostApart = 99;
    private static readonly TimeSpan s_apart = TimeSpan.FromMicroseconds(10);

    // One millisecond of the stream's clock, and the one that its places are rounded by.
    private static readonly TimeSpan s_grain = TimeSpan.FromMilliseconds(1);

    /// <summary>Puts a change into the log unless it is there.</summary>
    /// <returns>When it came in.</returns>
    public async Task<DateTimeOffset> AddAsync(Change change, CancellationToken cancellation)
    {
        RedisKey[] used = [keys.ChangeLog, keys.ChangeLogState, keys.ChangeLogEnd, keys.ChangeSeen(change.EventId, change.ToldTo)];
        RedisValue[] arguments = [NewLog(), ChangeCodec.Write(change), Milliseconds(s_remembered), options.ChangesKept, Milliseconds(KeptFor), keys.ChangeBell.ToString()];
        var answer = (RedisResult[])(await connection.RunAsync(redis => redis.ScriptEvaluateAsync(s_publish, used, arguments), cancellation))!;
        return TimeOf(PlaceOf((string)answer[0]!, (string)answer[1]!));
    }

    /// <summary>Reads on.</summary>
    /// <param name="after">The place read up to; null: nothing is read.</param>
    /// <param name="most">The greatest number of changes.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<LogPage> ReadAsync(ChangePosition? after, int most, CancellationToken cancellation) =>
        ReadAsync(after is { } place ? place.Log.ToString(CultureInfo.InvariantCulture) : "", after is { } p ? $"{p.Major}-{p.Minor}" : "", most, cancellation);

    /// <summary>Reads from the beginning of what is left of the log.</summary>
    public Task<LogPage> ReadFromStartAsync(int most, CancellationToken cancellation) => ReadAsync("", "-", most, cancellation);

    /// <summary>The place that <see cref="RedisKeys.ChangeLogEnd"/> holds; null: none.</summary>
    public static ChangePosition? EndOf(RedisValue end) =>
        (string?)end is { } text && text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? PlaceOf(text[..colon], text[(colon + 1)..]) : null;

    /// <summary>How long changes are kept: as long as there may be an answer that they end.</summary>
    private TimeSpan KeptFor => lifetimes.LongestKept + SharedValues.MostLate + TimeSpan.FromMinutes(5);

    private async Task<LogPage> ReadAsync(string log, string after, int most, CancellationToken cancellation)
    {
        RedisKey[] used = [keys.ChangeLog, keys.ChangeLogState, keys.ChangeLogEnd];
        long sent = time.GetTimestamp();
        var answer = (RedisResult[])(await connection.RunAsync(redis => redis.ScriptEvaluateAsync(s_read, used, [NewLog(), log, after, most]), cancellation))!;
        var now = (RedisResult[])answer[4]!;
        var read = DateTimeOffset.FromUnixTimeSeconds((long)now[0]).AddMicroseconds((long)now[1]);
        clock.Sample(sent, time.GetTimestamp(), read);

        string found = (string)answer[0]!;
        var end = PlaceOf(found, (string)answer[2]!);
        var changes = ((RedisResult[])answer[5]!).Select(entry => EntryOf(found, (RedisResult[])entry!)).ToList();
        return new(changes, changes.Count > 0 ? changes[^1].Position : end, end, (int)answer[3] == 1,
            DateTimeOffset.FromUnixTimeMilliseconds((long)answer[1]) + s_grain, read + s_grain);
    }

    private LogEntry EntryOf(string log, RedisResult[] entry)
    {
        var place = PlaceOf(log, (string)entry[0]!);
        var fields = (RedisResult[])entry[1]!;
        return new(ChangeCodec.Read((byte[])fields[1]!), TimeOf(place), place);
    }

    // Rounded up, so that it is never earlier than it was, and later than the change before it by more than what answers asked for in
    // between are stamped with; and not earlier than what this replica has given out as the present.
    private DateTimeOffset TimeOf(ChangePosition place)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(place.Major) + s_grain + Math.Min(place.Minor, MostApart) * s_apart;
        return clock.Overshot is var overshot && overshot > at ? overshot : at;
    }

    private static ChangePosition PlaceOf(string log, string place)
    {
        int dash = place.IndexOf('-', StringComparison.Ordinal);
        return new(Number(log), Number(place.AsSpan(0, dash)), Number(place.AsSpan(dash + 1)));
    }

    private static long Number(ReadOnlySpan<char> text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static long NewLog() => BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue;

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}

/// <summary>A change in the log.</summary>
/// <param name="Change">The change; null: it cannot be read.</param>
/// <param name="At">When it came in.</param>
/// <param name="Position">Its place.</param>
internal sealed record LogEntry(Change? Change, DateTimeOffset At, ChangePosition Position);

/// <summary>A part of the log.</summary>
/// <param name="Changes">The changes.</param>
/// <param name="ReadTo">The place to read on from.</param>
/// <param name="End">The end of the log.</param>
/// <param name="Gap">Whether changes are missing before these.</param>
/// <param name="WholeSince">From when on the log holds every change.</param>
/// <param name="Now">The time in Redis, rounded up.</param>
internal sealed record LogPage(IReadOnlyList<LogEntry> Changes, ChangePosition ReadTo, ChangePosition End, bool Gap, DateTimeOffset WholeSince, DateTimeOffset Now);
