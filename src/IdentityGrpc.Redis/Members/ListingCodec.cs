using Google.Protobuf;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Redis.Caching;

namespace IdentityGrpc.Redis.Members;

/// <summary>Listings as bytes.</summary>
internal static class ListingCodec
{
    public static byte[] Write(Listing listing) => new StoredListing
    {
        AskedAt = SharedValues.Microseconds(listing.AskedAt),
        Departments = { listing.Departments },
        UserGroups = { listing.UserGroups },
        NamesPeople = listing.NamesPeople,
    }.ToByteArray();

    /// <summary>The listing; null: the bytes are damaged.</summary>
    public static Listing? Read(byte[] bytes)
    {
        StoredListing stored;
        try
        {
            stored = StoredListing.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
        // Walks go by the order.
        for (int i = 1; i < stored.Departments.Count; i++)
        {
            if (string.CompareOrdinal(stored.Departments[i - 1], stored.Departments[i]) >= 0) return null;
        }
        if (!SharedValues.TryRead(stored.AskedAt, out var askedAt)) return null;
        return new([.. stored.Departments], askedAt) { UserGroups = [.. stored.UserGroups], NamesPeople = stored.NamesPeople };
    }
}
