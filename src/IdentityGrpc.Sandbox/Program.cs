namespace IdentityGrpc; internal static class Placeholder { public static void Main() { } }
