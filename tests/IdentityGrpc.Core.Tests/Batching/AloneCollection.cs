namespace IdentityGrpc.Core.Tests.Batching;

/// <summary>Tests that measure memory or time: nothing runs beside them.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
