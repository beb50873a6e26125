/* A PKCS#11 module that is another one, named by LONGHAND_TEST_MODULE, but for C_Sign: while the file
   that LONGHAND_TEST_HANG names exists, it does not come back. */

#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>
#include "pkcs11/pkcs11.h"

static CK_FUNCTION_LIST functions;
static CK_C_Sign real_sign;

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length,
                  CK_BYTE_PTR signature, CK_ULONG_PTR signature_length)
{
  const char *file = getenv("LONGHAND_TEST_HANG");
  while (file != NULL && access(file, F_OK) == 0) usleep(5000);
  return real_sign(session, data, length, signature, signature_length);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list)
{
  const char *path = getenv("LONGHAND_TEST_MODULE");
  void *module = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = module == NULL ? NULL : (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
  CK_FUNCTION_LIST_PTR real;
  CK_RV rv = get == NULL ? CKR_GENERAL_ERROR : get(&real);
  if (rv != CKR_OK) return rv;
  functions = *real;
  real_sign = functions.C_Sign;
  functions.C_Sign = sign;
  *list = &functions;
  return CKR_OK;
}
