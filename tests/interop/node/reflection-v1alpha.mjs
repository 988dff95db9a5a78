// Lists the services by grpc.reflection.v1alpha, as older tools do, and finds the file of a method with all that it imports.
// node reflection-v1alpha.mjs --grpc 127.0.0.1:50051
import assert from 'node:assert/strict';
import path from 'node:path';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import descriptor from 'protobufjs/ext/descriptor/index.js';
import { args, report } from './truth.mjs';

const includeDirs = [path.resolve(import.meta.dirname, '../../../src/IdentityGrpc.Server/Protos')];
const definition = protoLoader.loadSync('grpc/reflection/v1alpha/reflection.proto', { keepCase: true, oneofs: true, includeDirs });
const { reflection } = grpc.loadPackageDefinition(definition).grpc;

const { grpc: target } = args('grpc');
const client = new reflection.v1alpha.ServerReflection(target, grpc.credentials.createInsecure());

await report(async () => {
  const stream = client.ServerReflectionInfo();
  const answers = stream[Symbol.asyncIterator]();
  const ask = async (request) => {
    stream.write(request);
    return (await answers.next()).value;
  };

  const { list_services_response: list } = await ask({ list_services: '*' });
  const { file_descriptor_response: files } = await ask({ file_containing_symbol: 'identity.v1.IdentityService.ConvertId' });
  const { error_response: error } = await ask({ file_containing_symbol: 'identity.v1.Nothing' });
  assert.equal(error.error_code, grpc.status.NOT_FOUND);
  stream.end();
  client.close();
  return {
    services: list.service.map((service) => service.name),
    files: files.file_descriptor_proto.map((bytes) => descriptor.FileDescriptorProto.decode(bytes).name).sort(),
  };
});
