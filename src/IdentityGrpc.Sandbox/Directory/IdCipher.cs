using System.Numerics;

namespace IdentityGrpc.Sandbox.Directory;

/// <summary>
/// A keyed permutation of 128 bits (a Feistel network). It makes opaque ids out of counters and counters out of ids, so that
/// a million people need no index of ids. It hides nothing from an attacker: the sandbox guards nothing.
/// </summary>
internal sealed class IdCipher
{
    private const int Rounds = 6;
    private readonly ulong[] keys = new ulong[Rounds];

    public IdCipher(ulong seed)
    {
        for (var round = 0; round < Rounds; round++)
        {
            keys[round] = Hash.Mix(seed, (ulong)round + 1);
        }
    }

    public (ulong High, ulong Low) Encrypt(ulong high, ulong low)
    {
        for (var round = 0; round < Rounds; round++)
        {
            (high, low) = (low, high ^ Round(low, keys[round]));
        }

        return (high, low);
    }

    public (ulong High, ulong Low) Decrypt(ulong high, ulong low)
    {
        for (var round = Rounds - 1; round >= 0; round--)
        {
            (high, low) = (low ^ Round(high, keys[round]), high);
        }

        return (high, low);
    }

    private static ulong Round(ulong half, ulong key) => BitOperations.RotateLeft(Hash.Mix(key, half), 23);
}
